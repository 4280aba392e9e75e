"""Fifty TLS servers on loopback: protocols old and new, suites weak and strong, certificates good and bad."""

import json
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.screening.certificates import Holder, authority, leaf, with_sha1
from tests.screening.conftest import Start
from tests.service.conftest import ROOT, free_port, program

HOST = "www.fengsui.example"
AIA = "http://aia.fengsui.example/between.cer"
ORACLE = ROOT / ".oracles" / "sslyze" / "bin" / "python"
ANY = ("-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")


@dataclass(frozen=True)
class TlsServer:
    """A running server, and whether a browser that trusts our root should accept its certificate."""

    name: str
    port: int
    good: bool


class Certificates:
    """The chains of these servers, in files: <name>.pem and <name>.key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = authority("Fengsui Root")
        self.between = authority("Fengsui Between", self.root)
        other = authority("Unknown Root")
        stale = authority("Fengsui Stale", self.root, (-400, -10))
        weak = with_sha1(between_weak := authority("Fengsui Weak", self.root), self.root, folder)
        issued = leaf(HOST, self.between)
        between = self.between
        # A short key is no fault of the chain: TlsFacts show it to a check of its own.
        self.good = {"good", "wildcard", "with-root", "disorder", "rsa1024", "rsa4096", "p256", "p384", "direct"}
        chains: dict[str, tuple[Holder, ...]] = {
            "good": (issued, between),
            "with-root": (issued, between, self.root),
            "disorder": (issued, self.root, between),
            "incomplete": (leaf(HOST, between, aia=AIA),),
            "self-signed": (leaf(HOST),),
            "expired": (leaf(HOST, between, days=(-90, -5)), between),
            "future": (leaf(HOST, between, days=(5, 90)), between),
            "other-name": (leaf("www.other.example", between), between),
            "wildcard": (leaf("*.fengsui.example", between), between),
            "wide-wildcard": (leaf("*.example", between), between),
            "unknown-root": (leaf(HOST, other), other),
            "sha1": (with_sha1(leaf(HOST, between), between, folder), between),
            "sha1-between": (leaf(HOST, Holder(weak.certificate, between_weak.key)), weak),
            "stale-between": (leaf(HOST, stale), stale),
            "rsa1024": (leaf(HOST, between, "rsa1024"), between),
            "rsa4096": (leaf(HOST, between, "rsa4096"), between),
            "p256": (leaf(HOST, between, "p256"), between),
            "p384": (leaf(HOST, between, "p384"), between),
            "no-names": (leaf(HOST, between, names=[]), between),
            "direct": (leaf(HOST, self.root),),
        }
        for name, chain in chains.items():
            (folder / f"{name}.pem").write_bytes(b"".join(one.pem for one in chain))
            (folder / f"{name}.first.pem").write_bytes(chain[0].pem)
            (folder / f"{name}.rest.pem").write_bytes(b"".join(one.pem for one in chain[1:]))
            (folder / f"{name}.key").write_bytes(chain[0].key_pem)
        self.names = list(chains)
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(self.root.pem)


SUITES = {
    "aes128-sha": "AES128-SHA",
    "ecdhe-gcm": "ECDHE-RSA-AES256-GCM-SHA384",
    "dhe": "DHE",
    "camellia": "CAMELLIA",
    "chacha": "CHACHA20",
    "ccm": "AESCCM",
    "aria": "ARIA",
    "cbc-only": "AES256-SHA256:AES128-SHA256",
    "null": "eNULL",
}
PROTOCOLS: dict[str, tuple[str, ...]] = {
    "default": (),
    "1.0": ("-tls1", *ANY),
    "1.1": ("-tls1_1", *ANY),
    "1.2": ("-tls1_2",),
    "1.3": ("-tls1_3",),
    "1.0-1.2": ("-min_protocol", "TLSv1", "-max_protocol", "TLSv1.2", *ANY),
    "1.0-1.3": ("-min_protocol", "TLSv1", *ANY),
    "1.1-1.2": ("-min_protocol", "TLSv1.1", "-max_protocol", "TLSv1.2", *ANY),
    "1.1-1.3": ("-min_protocol", "TLSv1.1", *ANY),
    "1.2-1.3": ("-min_protocol", "TLSv1.2"),
    "certificate wished": ("-verify", "1"),
    "certificate demanded": ("-Verify", "1", "-tls1_2"),
    "dh1024": ("-tls1_2", "-cipher", "DHE:@SECLEVEL=0", "-dhparam", "dh1024.pem"),
}
OLD = {  # oldest, newest, ciphers
    "ssl3 rc4": ("0", "0", "rc4"),
    "ssl3 3des": ("0", "0", "3des"),
    "ssl3 to 1.2": ("0", "3", "rc4,3des,aes128"),
    "1.0 3des": ("1", "1", "3des"),
    "1.2 rc4": ("3", "3", "rc4"),
}
NGINX = {  # protocols, chain
    "old and new": ("TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", "good"),
    "1.2 only": ("TLSv1.2", "good"),
    "1.3 only": ("TLSv1.3", "good"),
    "1.3 only incomplete": ("TLSv1.3", "incomplete"),
    "1.3 only expired": ("TLSv1.3", "expired"),
    "expired": ("TLSv1.2 TLSv1.3", "expired"),
    "elliptic": ("TLSv1.2 TLSv1.3", "p256"),
}


def start_all(start: Start, made: Certificates) -> list[TlsServer]:
    """Every server, one port each."""
    found = [_openssl(start, made, f"openssl {name}", "good", *options) for name, options in PROTOCOLS.items()]
    for name, listed in SUITES.items():
        options = ("-tls1_2", "-cipher", f"{listed}:@SECLEVEL=0")
        found.append(_openssl(start, made, f"openssl suites {name}", "good", *options))
    found += [_openssl(start, made, f"openssl {name}", name, *ANY) for name in made.names if name != "good"]
    found += _nginx(start, made)
    found += [_old(start, made, name, *options) for name, options in OLD.items()]
    found += [_python(start, made, chain) for chain in ("good", "unknown-root")]
    return found


def _openssl(start: Start, made: Certificates, name: str, chain: str, *options: str) -> TlsServer:
    port = free_port()
    given = [str(made.folder / word) if word.endswith(".pem") else word for word in options]
    if "-dhparam" in given and not Path(given[-1]).exists():
        Path(given[-1]).write_text(DH_1024)
    rest = made.folder / f"{chain}.rest.pem"
    command = [program("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", "-www"]
    command += ["-cert", str(made.folder / f"{chain}.first.pem"), "-key", str(made.folder / f"{chain}.key")]
    start(port, *command, *(["-cert_chain", str(rest)] if rest.stat().st_size else []), *given)
    return TlsServer(name, port, chain in made.good)


def _nginx(start: Start, made: Certificates) -> list[TlsServer]:
    folder, blocks, found = made.folder, "", []
    for name, (protocols, chain) in NGINX.items():
        port = free_port()
        blocks += (
            f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/{chain}.pem; ssl_certificate_key {folder}/{chain}.key;\n"
            f"ssl_protocols {protocols}; ssl_ciphers ALL:@SECLEVEL=0; location / {{ return 200 'ok'; }} }}\n"
        )
        found.append(TlsServer(f"nginx {name}", port, chain in made.good))
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; worker_processes 1; error_log {folder}/nginx-error.log;\n"
        f"events {{ worker_connections 64; }}\nhttp {{ access_log off; {temporary}\n{blocks}}}\n"
    )
    start(found[-1].port, program("nginx"), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx-early.log"))
    return found


def _old(start: Start, made: Certificates, name: str, oldest: str, newest: str, ciphers: str) -> TlsServer:
    port = free_port()
    assert ORACLE.exists(), "tools/oracles.sh sslyze makes it"
    script = Path(__file__).with_name("old_tls_server.py")
    chain = [str(made.folder / "good.pem"), str(made.folder / "good.key")]
    start(port, str(ORACLE), str(script), str(port), *chain, oldest, newest, ciphers)
    return TlsServer(f"old {name}", port, True)


def _python(start: Start, made: Certificates, chain: str) -> TlsServer:
    port = free_port()
    arguments = json.dumps([port, str(made.folder / f"{chain}.pem"), str(made.folder / f"{chain}.key")])
    start(port, sys.executable, "-m", "tests.screening.tls_servers", arguments)
    return TlsServer(f"python {chain}", port, chain in made.good)


def serve(port: int, chain: str, key: str) -> None:
    """A server of Python's own ssl, until it is ended."""
    import http.server

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), http.server.BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


DH_1024 = """\
-----BEGIN DH PARAMETERS-----
MIGHAoGBAKXLYZt06JO3mnaYRE0E4OdJlBwqO5BH+Dw1HNMvR+TJvmH3muzCxMN3
rXM9mcguyPFPxHozreJDwLUZxPY8AjTuGNqD27KFa6Pr+LB69RvBQ3aJwkhoVpJd
mSFUtZnj33i+/43xpDiJ3S0BqGnBVoxGzmqbzMsBGBAMFQy0+kUPAgEC
-----END DH PARAMETERS-----
"""

if __name__ == "__main__":
    serve(*json.loads(sys.argv[1]))
