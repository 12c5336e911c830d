#!/usr/bin/env bash
# Pins every dependency with its hashes, for all platforms; no address of a registry is written down.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
pin() {
    "$bin/uv" pip compile --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --quiet "$@"
}
pin pyproject.toml --extra build --output-file requirements.txt "${@}"
pin pyproject.toml --extra build --extra dev --constraint requirements.txt --output-file requirements-dev.txt "${@}"
sed -n 's/^node = \["\(.*\)"\]$/\1/p' pyproject.toml | pin - --output-file requirements-node.txt "${@}"
npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
