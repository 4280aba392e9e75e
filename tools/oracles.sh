#!/bin/bash
# Fetch what others wrote for grading our own: used by tests only, never copied into the project. Each oracle lies in .oracles/<name>.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-.venv/bin/python}"
usage() {
    echo "usage: tools/oracles.sh spf" >&2
    exit 2
}

case "${1:-}" in
spf)
    # the cases of RFC 7208 come with pyspf: only its source archive holds them
    target=.oracles/spf
    [ -e "$target/rfc7208-tests.yml" ] && exit 0
    folder="$(mktemp -d)"
    trap 'rm -rf "$folder"' EXIT
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --no-build-isolation \
        --dest "$folder" pyspf==2.0.14
    mkdir -p "$target"
    tar -xzf "$folder/pyspf-2.0.14.tar.gz" -C "$target" --strip-components=2 \
        pyspf-2.0.14/test/rfc7208-tests.yml pyspf-2.0.14/test/rfc7208-tests.LICENSE
    ;;
*) usage ;;
esac
