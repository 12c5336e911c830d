#!/usr/bin/env bash
# Stops this checkout's servers, then erases what it installed and made: people of its database included.
set -euo pipefail
cd "$(dirname "$0")/.."
for data in var var/test; do
    [ -e "$data/postgres" ] || continue
    CSPU_DATA="$data" .venv/bin/cspu db stop
    # Root's database lives behind a link (src/cspu/config/postgres/binaries.py), and the tests' (tests/database.py)
    home="$(readlink -f "$data/postgres")"
    case "$home" in /var/lib/cspu/* | /dev/shm/cspu-test-*) rm -rf "$home" ;; esac
done
rm -rf var src/cspu.egg-info .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
