#!/bin/bash
# Unpack Debian's syslog-ng below build/syslog-ng, for tests/service/test_syslog_ng.py. Installed, it would put rsyslog out.
set -euo pipefail
target="$(cd "$(dirname "$0")/.." && pwd)/build/syslog-ng"
[ -x "$target/usr/sbin/syslog-ng" ] && exit 0
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
fetch() { apt-get download -q syslog-ng-core libivykis0 libnet1 >/dev/null; }
fetch || { apt-get update -q >/dev/null && fetch; }
mkdir -p "$target"
for package in *.deb; do dpkg -x "$package" "$target"; done
