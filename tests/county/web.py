"""Folders and configurations of the county's web servers."""

from collections.abc import Sequence
from pathlib import Path

from tests.county import pages
from tests.county.certificates import Authority, issue
from tests.county.servers import Servers, python, wait_for, wait_for_socket
from tests.county.sites import Site

_MODULES = "/usr/lib/apache2/modules"
NGINX = """daemon off; user root; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
events {{ worker_connections 1024; }}
http {{
  access_log off; server_tokens off; keepalive_timeout 5; default_type application/octet-stream; charset utf-8;
  types {{ text/html html; application/javascript js; image/jpeg jpg; text/plain txt; application/zip zip; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  {servers}
}}
"""
PHP = """fastcgi_pass unix:{socket}; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_METHOD $request_method; fastcgi_param SCRIPT_NAME $fastcgi_script_name;
fastcgi_param REQUEST_URI $request_uri; fastcgi_param SERVER_NAME $host; fastcgi_param SERVER_PORT $server_port;
fastcgi_param DOCUMENT_ROOT $document_root; fastcgi_param SERVER_PROTOCOL $server_protocol; fastcgi_param REDIRECT_STATUS 200;
fastcgi_param SERVER_SOFTWARE nginx; fastcgi_param SERVER_ADDR $server_addr;
fastcgi_param REMOTE_ADDR $remote_addr; fastcgi_param HTTP_HOST $http_host;
"""
_APACHE = """ServerRoot {folder}
PidFile {folder}/apache-{number}.pid
ErrorLog {folder}/apache-{number}.err
DefaultRuntimeDir {folder}
Listen {address}:80
ServerName {host}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule autoindex_module {modules}/mod_autoindex.so
LoadModule status_module {modules}/mod_status.so
TypesConfig /etc/mime.types
AddDefaultCharset utf-8
DirectoryIndex index.html
DocumentRoot {root}
<Directory {root}>
  Options +Indexes
  {directives}
</Directory>
<Location /server-status>
  SetHandler server-status
</Location>
"""
_LIGHTTPD = """server.document-root = "{root}"
server.bind = "{address}"
server.port = 80
server.modules = ("mod_indexfile", "mod_dirlisting", "mod_staticfile")
index-file.names = ("index.html")
dir-listing.activate = "enable"
mimetype.assign = (".html" => "text/html; charset=utf-8", ".jpg" => "image/jpeg")
"""


def lay_out(folder: Path, site: Site) -> Path:
    """The folder of a site's pages."""
    root = folder / "www" / str(site.number)
    texts = {f"/news/{n}.html": pages.article(site.unit, n).encode() for n in range(len(pages.NEWS))}
    home = pages.site(site.unit, site.inner, site.head, site.title)
    for path, body in {"/index.html": home.encode(), **texts, **site.files}.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    return root


def _nginx_server(site: Site, root: Path, keys: tuple[Path, Path] | None, php: Path) -> str:
    common = f"server_name _; root {root}; index index.html; {site.directives}".replace("PHP;", f"{php};")
    text = f"server {{ listen {site.address}:80; {common} {site.plain} }}\n"
    if keys is not None:
        text += f"server {{ listen {site.address}:443 ssl; ssl_certificate {keys[0]}; ssl_certificate_key {keys[1]}; "
        text += f"{common} {site.secure} }}\n"
    return text


def start_php(running: Servers, folder: Path, *words: str, children: int) -> Path:
    """PHP behind a socket file, once it listens: where php-cgi cannot listen, it ends without a word."""
    socket = folder / "php.sock"
    running.start("php-cgi", "-b", str(socket), *words, PHP_FCGI_CHILDREN=str(children), PHP_FCGI_MAX_REQUESTS="0")
    wait_for_socket(socket)
    return socket


def start_nginx(running: Servers, folder: Path, sites: Sequence[Site], authority: Authority) -> None:
    """One nginx for all its sites, with PHP behind it."""
    php = folder / "php.conf"
    socket = start_php(running, folder, children=2)
    php.write_text(PHP.format(socket=socket))
    servers = ""
    for site in sites:
        keys = issue(authority, site.certificate, site.asset) if site.certificate else None
        servers += _nginx_server(site, lay_out(folder, site), keys, php)
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, servers=servers))
    running.start("nginx", "-c", str(configuration))
    for site in sites:
        wait_for(site.address, 80)


def start_apache(running: Servers, folder: Path, site: Site) -> None:
    """Apache for one site."""
    configuration = folder / f"apache-{site.number}.conf"
    root = lay_out(folder, site)
    configuration.write_text(
        _APACHE.format(
            folder=folder,
            number=site.number,
            address=site.address,
            host=site.host,
            root=root,
            modules=_MODULES,
            directives=site.directives,
        )
    )
    running.start("apache2", "-D", "FOREGROUND", "-f", str(configuration))
    wait_for(site.address, 80)


def start_lighttpd(running: Servers, folder: Path, site: Site) -> None:
    """lighttpd for one site."""
    configuration = folder / f"lighttpd-{site.number}.conf"
    configuration.write_text(_LIGHTTPD.format(address=site.address, root=lay_out(folder, site)))
    running.start("lighttpd", "-D", "-f", str(configuration))
    wait_for(site.address, 80)


def start_behaviours(running: Servers, sites: Sequence[Site]) -> None:
    """The sites and ports of `behaviour`, in one process."""
    known = {"nginx", "apache2", "lighttpd", ""}
    words = [f"{site.address}={site.server}" for site in sites if site.server not in known]
    places = [(site.address, port, kind) for site in sites for port, kind in site.ports.items()]
    words += [f"{address}:{port}={kind}" for address, port, kind in places]
    running.start(python(), "-m", "tests.county.behaviour", *words)
    for site in sites:
        if site.server not in known:
            wait_for(site.address, 80)
    for address, port, _kind in places:
        wait_for(address, port)
