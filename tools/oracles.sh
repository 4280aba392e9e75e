#!/bin/bash
# Make the environment of a program that tests compare with, below build/oracles. Each has its own: they disagree on what they need.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
    echo "usage: tools/oracles.sh sslyze" >&2
    exit 2
}

python_environment() { # name: from requirements-oracle-<name>.txt, made anew when that changes
    local target="build/oracles/$1" wanted="requirements-oracle-$1.txt"
    cmp -s "$wanted" "$target/.ready" && return
    rm -rf "$target"
    mkdir -p build/oracles
    "${PYTHON:-python3}" -m venv "$target"
    "$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$wanted"
    cp "$wanted" "$target/.ready"
}

case "${1:-}" in
sslyze) python_environment sslyze ;;
*) usage ;;
esac
