"""What real nmap and testssl.sh write about real servers, brought in: each fault under the place that our own checks give it."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fenghuo.see.screening import imports
from fenghuo.see.screening.facts import Target
from tests.screening.certificates import leaf
from tests.screening.conftest import Start
from tests.service.conftest import free_port, program

pytestmark = pytest.mark.service
HOST = "www.jy.example"


def found(content: bytes, target: Target) -> tuple[set[tuple[str, str, str]], imports.Results]:
    results = imports.read(content, b"", target, datetime.now(UTC) + timedelta(seconds=1))
    return {(v.check, f.outcome, f.locus) for v in results.verdicts for f in v.findings}, results


def test_nmap(start: Start, folder: Path) -> None:
    redis, locked, memcached, ftp = (free_port() for _ in range(4))
    common = ("--bind", "127.0.0.1", "--save", "", "--dir", str(folder))
    start(redis, program("redis-server"), "--port", str(redis), *common)
    start(locked, program("redis-server"), "--port", str(locked), "--requirepass", "a secret", *common)
    start(memcached, program("memcached"), "-u", "nobody", "-l", "127.0.0.1", "-p", str(memcached), "-U", "0")
    public = folder / "public"
    public.mkdir(mode=0o555, exist_ok=True)
    settings = folder / "vsftpd.conf"
    settings.write_text(
        f"listen=YES\nlisten_address=127.0.0.1\nlisten_port={ftp}\nanonymous_enable=YES\nanon_root={public}\n"
        f"secure_chroot_dir={public}\nbackground=NO\nseccomp_sandbox=NO\n"
    )
    start(ftp, program("vsftpd"), str(settings))
    ports = ",".join(map(str, (redis, locked, memcached, ftp)))
    scripts = "ftp-anon,redis-info,memcached-info,sshv1"
    command = [program("nmap"), "-n", "-sT", "-sV", "-p", ports, "--script", scripts, "-oX", "-", "127.0.0.1"]
    written = subprocess.run(command, check=True, capture_output=True).stdout
    seen, results = found(written, Target("127.0.0.1", "website", "127.0.0.1", "http://127.0.0.1/"))
    assert seen == {
        ("open-services", "redis", f"redis:{redis}"),
        ("open-services", "memcached", f"memcached:{memcached}"),
        ("anonymous-ftp", "anonymous", f"ftp:{ftp}"),
    }, (seen, results.unmapped)
    assert not results.others


def test_testssl(start: Start, folder: Path, tmp_path: Path) -> None:
    certificate = leaf("www.other.example", days=(-90, -5))
    (folder / "old.pem").write_bytes(certificate.pem)
    (folder / "old.key").write_bytes(certificate.key_pem)
    port = free_port()
    shown = ("-cert", str(folder / "old.pem"), "-key", str(folder / "old.key"), "-www")
    old = ("-min_protocol", "TLSv1", "-max_protocol", "TLSv1.2", "-cipher", "ALL:@SECLEVEL=0")
    start(port, program("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", *shown, *old)
    flat, pretty = tmp_path / "flat.json", tmp_path / "pretty.json"
    files = ("--jsonfile", str(flat), "--jsonfile-pretty", str(pretty))
    asked = ("--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", "127.0.0.1", "-p", "-S", "-h")
    for form in (files[:2], files[2:]):
        command = [program("testssl"), *asked, *form, f"https://{HOST}:{port}/"]
        subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=300)
    target = Target(f"{HOST}:{port}", "website", HOST, f"http://{HOST}:{port}/")
    for form in (flat, pretty):
        seen, results = found(form.read_bytes(), target)
        assert seen == {
            ("old-protocols", "old-tls", "TLSv1"),
            ("old-protocols", "old-tls", "TLSv1.1"),
            ("certificate-dates", "expired", HOST),
            ("certificate-chain", "self-signed", HOST),
            ("certificate-chain", "name-mismatch", HOST),
            ("no-redirect-to-https", "no-hsts", "strict-transport-security"),
            ("security-headers", "no-csp", "content-security-policy"),
        }, (form.name, seen, results.unmapped)
        elsewhere, results = found(form.read_bytes(), Target(HOST, "website", HOST, f"http://{HOST}/"))
        assert not elsewhere, "the site at port 443 is another one"
        assert set(results.others) == {f"{HOST}:{port}"}
