#!/usr/bin/env bash
# Known flaws in what is pinned. Exit codes: 0 none known, 1 some found, 3 the advisories cannot be reached.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
worst=0

# looked_up NAME UNREACHABLE-PATTERN COMMAND…
looked_up() {
    local name="$1" unreachable="$2"
    shift 2
    if "$@" >"$log" 2>&1; then
        printf '%s: aucune faille connue / no known flaw\n' "$name"
    elif grep -qiE "$unreachable" "$log"; then
        printf '%s: avis de sécurité injoignables, rien n’a été vérifié / advisories unreachable, nothing was checked\n' "$name"
        [ "$worst" = 1 ] || worst=3
    else
        cat "$log"
        worst=1
    fi
}

network='could not be audited|connection|resolve|timed? ?out|network|ENOTFOUND|ECONN|EAI_AGAIN|EPROTO|ETIMEDOUT|endpoint|HTTPError|Forbidden|proxy|ssl'
looked_up requirements.txt "$network" "$bin/pip-audit" --require-hashes --strict --disable-pip --progress-spinner off -r requirements.txt
looked_up requirements-dev.txt "$network" "$bin/pip-audit" --require-hashes --strict --disable-pip --progress-spinner off -r requirements-dev.txt
looked_up package-lock.json "$network" npm audit --audit=true
exit $worst
