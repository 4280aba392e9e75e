"""Hellos and SSH against the real programs: what they say when they serve strangers, and when they do not."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from fenghuo.see.screening.facts import Target
from fenghuo.see.screening.facts.network import Hello
from fenghuo.see.screening.fetch import hellos, ports, ssh
from fenghuo.see.screening.fetch.web import Scanner
from tests.screening.conftest import Start, wire
from tests.service.conftest import free_port, program

pytestmark = pytest.mark.service
HOST = "server.fengsui.example"
TARGET = Target(HOST, "server", HOST)
TALKS = dict(hellos.HELLOS.values())


async def greet(service: str, port: int) -> Hello:
    [found] = await ports.collect(wire(HOST), TARGET, ["127.0.0.1"], [port])
    assert found.state == "open"
    known = {port: (service, TALKS[service])}
    [said] = await hellos.collect(wire(HOST), TARGET, ["127.0.0.1"], [found], Scanner("wangxin@fengsui.example"), known)
    return said


@pytest.mark.parametrize(
    ("options", "served", "said"),
    [
        (("--protected-mode", "no"), True, b"+PONG"),
        (("--requirepass", "烽燧"), False, b"-NOAUTH"),
    ],
)
async def test_redis(start: Start, folder: Path, options: tuple[str, ...], served: bool, said: bytes) -> None:
    port = free_port()
    start(
        port,
        program("redis-server"),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        str(folder),
        "--save",
        "",
        *options,
    )
    found = await greet("redis", port)
    assert (found.open, found.said.startswith(said)) == (served, True)


async def test_memcached(start: Start) -> None:
    port = free_port()
    start(port, program("memcached"), "-p", str(port), "-U", "0", "-l", "127.0.0.1", "-u", "nobody")
    found = await greet("memcached", port)
    assert (found.open, found.said.startswith(b"VERSION 1.")) == (True, True)


@pytest.mark.parametrize("listed", [True, False])
async def test_rsync(start: Start, folder: Path, listed: bool) -> None:
    port = free_port()
    (folder / "rsyncd.conf").write_text(
        f"motd file = {folder}/motd\n[pages]\ncomment = pages\npath = {folder}\nread only = yes\nuse chroot = no\nlist = {listed}\n"
    )
    (folder / "motd").write_text("欢迎\n" * 300)
    start(
        port,
        program("rsync"),
        "--daemon",
        "--no-detach",
        "--address=127.0.0.1",
        f"--port={port}",
        f"--config={folder}/rsyncd.conf",
    )
    found = await greet("rsync", port)
    assert (found.open, found.said.startswith(b"@RSYNCD: "), b"pages" in found.said) == (listed, True, listed)


@pytest.mark.parametrize("anonymous", [True, False])
async def test_ftp(start: Start, folder: Path, anonymous: bool) -> None:
    port = free_port()
    root = folder / "ftp"
    root.mkdir(exist_ok=True)
    root.chmod(0o555)
    configuration = folder / f"vsftpd-{port}.conf"
    configuration.write_text(
        f"listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\nseccomp_sandbox=NO\n"
        f"anonymous_enable={'YES' if anonymous else 'NO'}\nlocal_enable={'NO' if anonymous else 'YES'}\n"
        f"anon_root={root}\nsecure_chroot_dir={root}\n"
    )
    start(port, program("vsftpd"), str(configuration))
    found = await greet("ftp", port)
    assert found.open is anonymous, found.said
    assert (b"257 " in found.said) is anonymous


async def test_a_port_that_speaks_something_else_is_no_service(start: Start, folder: Path) -> None:
    port = free_port()
    start(port, program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "")
    for service in ("memcached", "zookeeper"):
        assert not (await greet(service, port)).open


@pytest.mark.parametrize("exchange", ["curve25519-sha256", "ecdh-sha2-nistp256", "diffie-hellman-group14-sha1"])
async def test_ssh(start: Start, folder: Path, exchange: str) -> None:
    Path("/run/sshd").mkdir(exist_ok=True)
    port = free_port()
    keys = {}
    for kind, bits in (("rsa", "1024"), ("ed25519", "256")):
        file = folder / f"{kind}-{port}"
        subprocess.run([program("ssh-keygen"), "-q", "-t", kind, "-b", bits, "-N", "", "-f", str(file)], check=True)
        keys[kind] = load_ssh_public_key(file.with_suffix(".pub").read_bytes())
    files = [word for kind in keys for word in ("-h", str(folder / f"{kind}-{port}"))]
    options = [
        "-o",
        "UsePAM=no",
        "-o",
        f"PidFile={folder}/sshd.pid",
        "-o",
        f"KexAlgorithms={exchange}",
        "-o",
        "RequiredRSASize=1024",
    ]
    start(
        port,
        program("sshd"),
        "-D",
        "-e",
        "-f",
        "/dev/null",
        "-o",
        "ListenAddress=127.0.0.1",
        "-p",
        str(port),
        *files,
        *options,
    )
    found = await ssh.collect(wire(HOST), TARGET, ["127.0.0.1"], port)
    assert found.banner.startswith("SSH-2.0-OpenSSH")
    assert exchange in found.algorithms["kex"]
    assert {"rsa-sha2-512", "ssh-ed25519"} <= set(found.algorithms["host-key"])
    sizes = {blob[4 : 4 + int.from_bytes(blob[:4], "big")]: len(blob) for blob in found.host_keys}
    assert set(sizes) == {b"ssh-rsa", b"ssh-ed25519"}
    assert sizes[b"ssh-rsa"] < 170, "a key of 1,024 bits"
