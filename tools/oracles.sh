#!/bin/bash
# Fetch what others wrote for grading our own: used by tests only, never copied into the project. Each oracle lies in .oracles/<name>.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-.venv/bin/python}"

spf() {
    # the cases of RFC 7208 come with pyspf: only its source archive holds them
    local target=.oracles/spf folder
    [ -e "$target/rfc7208-tests.yml" ] && return
    folder="$(mktemp -d)"
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --no-build-isolation \
        --dest "$folder" pyspf==2.0.14
    mkdir -p "$target"
    tar -xzf "$folder/pyspf-2.0.14.tar.gz" -C "$target" --strip-components=2 \
        pyspf-2.0.14/test/rfc7208-tests.yml pyspf-2.0.14/test/rfc7208-tests.LICENSE
    rm -r "$folder"
}

observatory() {
    # MDN's header scanner. Its install scripts would fetch two lists that tests on loopback do not need: empty ones stand in
    local target=.oracles/observatory package
    package="$target/node_modules/@mdn/mdn-http-observatory"
    [ -e "$package/conf/tld-list.json" ] && return
    mkdir -p "$target"
    npm install --ignore-scripts --no-audit --no-fund --loglevel=error --prefix "$target" @mdn/mdn-http-observatory@1.4.8
    echo '{}' >"$package/conf/hsts-preload.json"
    echo '[]' >"$package/conf/tld-list.json"
}

sarif() {
    # the JSON schema of SARIF 2.1.0 comes with Microsoft's matchers for it, ajv with them
    local target=.oracles/sarif
    [ -e "$target/node_modules/@microsoft/jest-sarif/lib/schemas" ] && [ -e "$target/node_modules/ajv" ] && return
    mkdir -p "$target"
    npm install --ignore-scripts --no-audit --no-fund --loglevel=error --prefix "$target" @microsoft/jest-sarif@1.0.0-beta.0
}

axe() {
    # the accessibility checks that browser tests run on our pages (tests/axe.py); MPL-2.0, used by tests only
    local target=.oracles/axe
    [ -e "$target/node_modules/axe-core/axe.min.js" ] && return
    mkdir -p "$target"
    npm install --ignore-scripts --no-audit --no-fund --loglevel=error --prefix "$target" axe-core@4.14.1
}

of_python() {
    # an environment of its own, made anew when its list changes: licences and pins of these packages are not ours
    local target=".oracles/$1" wanted="requirements-oracle-$1.txt"
    cmp -s "$wanted" "$target/.ready" && return
    rm -rf "$target"
    "$python" -m venv "$target"
    "$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$wanted"
    cp "$wanted" "$target/.ready"
}

channels() {
    # the vendors' SDKs; and a message centre of SMPP that others wrote, on Node
    of_python channels
    [ -e .oracles/channels-node/node_modules/smpp/package.json ] && return
    mkdir -p .oracles/channels-node
    npm install --ignore-scripts --no-audit --no-fund --loglevel=error --prefix .oracles/channels-node smpp@0.5.1
}

rsigma() {
    # needs cargo and builds for a quarter of an hour: only bench/peers.py asks for it
    [ -x .oracles/rsigma/bin/rsigma ] || cargo install --quiet --locked --root .oracles/rsigma rsigma --version 0.23.0 \
        --no-default-features --features rsigma-runtime
}

[ $# -gt 0 ] || { echo "usage: tools/oracles.sh answers|axe|channels|observatory|readers|rsigma|sarif|sigma|spf|sslyze|tenzir …" >&2; exit 2; }
for oracle in "$@"; do
    case "$oracle" in
    axe | channels | observatory | rsigma | sarif | spf) "$oracle" ;;
    answers | readers | sslyze | sigma | tenzir) of_python "$oracle" ;;  # tenzir is 1 GB, for bench/peers.py only
    *) echo "there is no oracle $oracle" >&2; exit 2 ;;
    esac
done
