#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Set up the checkout: system libraries that Qt needs (Debian and Ubuntu), .venv, the locked packages, Koodesk itself.
# A second run compares one stamp and ends at once. Nothing is installed outside .venv but the missing libraries.
#
#   KOODESK_PYTHON=/path/to/python3   use this interpreter
#   KOODESK_SETUP=runtime             without the development tools
#   KOODESK_VIDEO=no                  without PyAV: everything but videos works (NOTICE says why one may want that)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv_python=.venv/bin/python
stamp_file=.venv/koodesk-setup.stamp
lock=requirements/dev.txt
if [ "${KOODESK_SETUP:-dev}" = runtime ]; then lock=requirements/runtime.txt; fi
locks=("$lock")
if [ "${KOODESK_VIDEO:-yes}" != no ]; then locks+=(requirements/video.txt); fi

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { printf 'setup: %s\n' "$@" >&2; exit 1; }

# --- which Python ---------------------------------------------------------------------------------------------------

# True when $1 starts and is a version Koodesk runs on. Starting it matters: a version manager leaves names on PATH
# that only print an error.
suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

# The newest suitable Python on PATH: all places of a name, because the first may be such a stub.
find_python() {
    local name path
    if [ -n "${KOODESK_PYTHON:-}" ]; then
        suits "$KOODESK_PYTHON" && printf '%s\n' "$KOODESK_PYTHON"
        return
    fi
    for name in python3.13 python3.12 python3.11 python3 python; do
        while IFS= read -r path; do
            if suits "$path"; then
                printf '%s\n' "$path"
                return
            fi
        done < <(type -aP "$name" 2>/dev/null)
    done
}

# True when .venv works, and was made with the interpreter that was asked for, if one was.
venv_suits() {
    suits "$venv_python" || return 1
    [ -z "${KOODESK_PYTHON:-}" ] || [ "$(version_of "$venv_python")" = "$(version_of "$KOODESK_PYTHON")" ]
}

version_of() { "$1" -c 'import sys; print(sys.version)'; }

# --- system packages ------------------------------------------------------------------------------------------------

# Each library Qt loads, with the package that has it. Enough in an empty Debian 12 without a display.
needed_libraries='libglib-2.0.so.0=libglib2.0-0 libgthread-2.0.so.0=libglib2.0-0 libGL.so.1=libgl1 libEGL.so.1=libegl1
libxkbcommon.so.0=libxkbcommon0 libdbus-1.so.3=libdbus-1-3 libfontconfig.so.1=libfontconfig1'
# Qt's xcb plugin, for a real or virtual screen.
screen_libraries='libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4 libxcb-keysyms.so.1=libxcb-keysyms1
libxkbcommon-x11.so.0=libxkbcommon-x11-0 libxcb-shape.so.0=libxcb-shape0'

# Print the packages whose library the loader does not find. $1 is a Python to ask it with.
missing_packages() {
    local wanted=$needed_libraries
    if [ "$(uname -s)" != Linux ]; then return; fi
    if [ -n "${DISPLAY:-}" ]; then wanted="$wanted $screen_libraries"; fi
    # shellcheck disable=SC2086  # one argument a pair
    "$1" - $wanted <<'PY'
import ctypes
import sys

missing = {}
for pair in sys.argv[1:]:
    library, _, package = pair.partition("=")
    try:
        ctypes.CDLL(library)
    except OSError:
        missing[package] = None
print(*missing)
PY
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

may_be_root() {
    [ "$(id -u)" -eq 0 ] && return 0
    command -v sudo >/dev/null 2>&1 || return 1
    # Without a terminal nobody can type a password.
    [ -t 0 ] || sudo -n true >/dev/null 2>&1
}

lists_are_new=
# install_packages REASON PACKAGE...: install with apt, or say plainly what a person has to install.
install_packages() {
    local reason=$1 name
    local -a names=()
    shift
    if ! command -v apt-get >/dev/null 2>&1; then
        stop "$reason" "this is not Debian or Ubuntu: install what they call: $*"
    fi
    if ! may_be_root; then
        stop "$reason" "this user may not install packages. Ask an administrator for:" "  apt-get install $*"
    fi
    say "$reason"
    say "installing system packages: $*"
    if [ -z "$lists_are_new" ]; then
        as_root apt-get update -q >&2 || say "the package lists could not all be brought up to date; going on"
        lists_are_new=yes
    fi
    for name in "$@"; do
        # Ubuntu 24.04 and Debian 13 renamed packages for the 64-bit time change.
        if apt-cache show "${name}t64" >/dev/null 2>&1; then name="${name}t64"; fi
        names+=("$name")
    done
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${names[@]}" >&2 \
        || stop "apt-get could not install: ${names[*]}"
}

# --- the quick way out ----------------------------------------------------------------------------------------------

# What the result depends on. cksum and not sha256sum: macOS has it too.
stamp_for() {
    printf '%s\n' "$(version_of "$1")" "$PWD" "${locks[@]}"
    cat "${locks[@]}" requirements/uv.txt pyproject.toml scripts/setup.sh | cksum
}

if [ -f "$stamp_file" ] && venv_suits && [ "$(stamp_for "$venv_python")" = "$(cat "$stamp_file")" ] \
    && [ -z "$(missing_packages "$venv_python")" ]; then
    exit 0
fi

# --- set up ---------------------------------------------------------------------------------------------------------

started=$SECONDS
python=$(find_python || true)
if [ -z "$python" ] && [ -z "${KOODESK_PYTHON:-}" ] && command -v apt-get >/dev/null 2>&1; then
    install_packages "no Python from 3.11 to 3.13 found" python3 python3-venv
    hash -r
    python=$(find_python || true)
fi
[ -n "$python" ] || stop "no Python from 3.11 to 3.13 on PATH. Install one, or name it: KOODESK_PYTHON=/path make setup"

packages=$(missing_packages "$python")
# shellcheck disable=SC2086  # one argument a package
if [ -n "$packages" ]; then install_packages "Qt needs libraries that are not here" $packages; fi

# uv takes its Python from us, and does not read pip's configuration: hand it the certificates and the index pip uses.
export UV_PYTHON_DOWNLOADS=never
if [ -n "${PIP_CERT:-}" ] && [ -z "${SSL_CERT_FILE:-}" ]; then export SSL_CERT_FILE=$PIP_CERT; fi
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    index=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX=$index; fi
fi

find_uv() {
    local path
    while IFS= read -r path; do
        if "$path" --version >/dev/null 2>&1; then
            printf '%s\n' "$path"
            return
        fi
    done < <(printf '%s\n' .venv/bin/uv; type -aP uv 2>/dev/null)
}
uv=$(find_uv)

if ! venv_suits; then
    if [ -e .venv ] && [ ! -e .venv/pyvenv.cfg ]; then stop ".venv is not a virtual environment: move it away"; fi
    rm -rf .venv
    say "making .venv with $("$python" -c 'import sys; print(f"Python {sys.version.split()[0]} ({sys.executable})")')"
    uv=$(find_uv)
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --python "$python" .venv
    else
        if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
            install_packages "$python cannot make a virtual environment" "python$version-venv"
        fi
        "$python" -m venv .venv
    fi
fi
rm -f "$stamp_file"

pip_install() {
    "$venv_python" -m pip --version >/dev/null 2>&1 || "$venv_python" -m ensurepip >/dev/null
    "$venv_python" -m pip install --quiet --disable-pip-version-check "$@"
}

if [ -z "$uv" ] && pip_install --require-hashes --no-deps -r requirements/uv.txt; then uv=.venv/bin/uv; fi

say "installing $(cat "${locks[@]}" | grep -c '==') locked packages"
export UV_COMPILE_BYTECODE=1
if [ -z "$uv" ] || ! "$uv" pip sync --quiet --python "$venv_python" --require-hashes "${locks[@]}"; then
    say "uv could not; trying pip"
    wanted=()
    for lock in "${locks[@]}"; do wanted+=(-r "$lock"); done
    pip_install --require-hashes --no-deps "${wanted[@]}"
fi

# Koodesk itself: one .pth line, made by the locked build tool; without that tool (runtime only) by hand.
if "$venv_python" -c 'import hatchling' >/dev/null 2>&1; then
    if [ -z "$uv" ] || ! "$uv" pip install --quiet --python "$venv_python" --no-deps --no-build-isolation --offline -e .; then
        pip_install --no-deps --no-build-isolation --no-index -e .
    fi
else
    "$venv_python" - <<'PY'
import sysconfig
from pathlib import Path

Path(sysconfig.get_path("purelib"), "_koodesk.pth").write_text(f"{Path.cwd()}\n", encoding="utf-8")
script = Path(sysconfig.get_path("scripts"), "koodesk")
script.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m koodesk "$@"\n', encoding="utf-8")
script.chmod(0o755)
PY
fi
# Where PYTHONDONTWRITEBYTECODE is set, every start would compile everything again.
"$venv_python" -m compileall -q koodesk >/dev/null || true

stamp_for "$venv_python" >"$stamp_file"
say "ready in $((SECONDS - started)) s: $("$venv_python" --version) in .venv"
