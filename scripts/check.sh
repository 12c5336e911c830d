#!/usr/bin/env bash
# Style, format, types, import contracts: all of them run, the first failure does not hide the rest.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=0
run() { printf '%s\n' "$*" >&2; "$@" || failed=1; }
run $bin/ruff check --quiet .
run $bin/ruff format --check --quiet .
run $bin/mypy --no-error-summary
run $bin/lint-imports --no-logo
exit $failed
