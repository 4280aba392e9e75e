#!/bin/bash
# The tests with real programs. Those of screening mostly wait (a request a second a host), so they run beside the others.
set -uo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-.venv/bin/python}"
chosen=(-m "(service or browser) and not soak" --durations=15)
mkdir -p build
"$python" -m pytest "${chosen[@]}" tests/screening >build/screening.log 2>&1 &
screening=$!
trap 'kill "$screening" 2>/dev/null' EXIT
"$python" -m pytest "${chosen[@]}" tests/service src/fenghuo/see/detection/tests/test_sqlite_oracle.py
others=$?
wait "$screening"
beside=$?
cat build/screening.log
[ "$others" -eq 0 ] && [ "$beside" -eq 0 ]
