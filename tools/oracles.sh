#!/bin/bash
# Make what other engines need to run beside ours, each in its own folder below .oracles: `tools/oracles.sh sigma`.
# Apart from the product's environment, because their licences and their pins are their own. What is there already is kept.
# sigma: for the tests. tenzir (1 GB), rsigma (needs cargo; builds for a quarter of an hour): only for bench/peers.py.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in "${@:?which one? sigma, tenzir, rsigma}"; do
    folder=".oracles/$name" pins="requirements-oracle-$name.txt"
    if [ "$name" = rsigma ]; then
        [ -x "$folder/bin/rsigma" ] || cargo install --quiet --locked --root "$folder" rsigma --version 0.23.0 \
            --no-default-features --features rsigma-runtime
        continue
    fi
    [ -f "$pins" ] || { echo "there is no oracle $name" >&2; exit 2; }
    cmp -s "$pins" "$folder/made-from" && continue
    "${PYTHON:-python3}" -m venv --clear "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r "$pins"
    cp "$pins" "$folder/made-from"
done
