#!/bin/bash
# Unpack Debian's packages of web applications, and the PHP libraries that they need, below build/apps for
# tests/screening/test_stock_applications.py. Nothing is installed: installing would set up servers and databases.
set -euo pipefail
target="$(cd "$(dirname "$0")/.." && pwd)/build/apps"
applications=(
    adminer cacti dokuwiki icingaweb2 icingaweb2-common mediawiki mediawiki-classes phpldapadmin phpmyadmin postfixadmin roundcube-core
    shaarli simplesamlphp tt-rss wordpress zabbix-frontend-php
)
stamp="$target/.of-$(printf '%s ' "${applications[@]}" | cksum | cut -d' ' -f1)"
[ -e "$stamp" ] && exit 0
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# Real packages only: asked for a virtual one, apt-get fetches nothing at all.
real() { apt-cache show --no-all-versions "$@" 2>/dev/null | sed -n 's/^Package: //p' | sort -u; }
libraries() {
    apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "${applications[@]}" |
        grep -oE '^(php-[a-z][a-z0-9-]+|libjs-[a-z0-9-]+|icinga-php-[a-z-]+)$' | sort -u
}
fetch() { apt-get download -q $(real "${applications[@]}" $(libraries)) >/dev/null; }
fetch 2>/dev/null || { apt-get update -q >/dev/null && fetch; }
rm -rf "$target"
mkdir -p "$target"
for package in *.deb; do dpkg -x "$package" "$target"; done
# Links of packages begin at the root of a system; here the root is the folder.
find "$target" -type l | while read -r link; do
    to="$(readlink "$link")"
    if [[ "$to" == /* && -e "$target$to" ]]; then ln -sfn "$target$to" "$link"; fi
done
# So do absolute paths in their code.
places="php|mediawiki|shaarli|icingaweb2|simplesamlphp|dokuwiki|roundcube|phpmyadmin|postfixadmin|cacti|javascript"
grep -rlE --include=*.php "['\"]/(usr/share|etc|var/lib)/($places)" "$target/usr/share" "$target/etc" |
    xargs -r sed -i --follow-symlinks -E "s#(['\"])/(usr/share|etc|var/lib)/($places)#\1$target/\2/\3#g"
touch "$stamp"
