"""syslog-ng, unchanged, as the page of a source tells to set it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.conftest import ROOT, Platform, until
from tests.service.test_clients import arrived, token

__all__ = ["token"]
pytestmark = pytest.mark.service
FOLDER = ROOT / "build" / "syslog-ng"


@pytest.fixture
def syslog_ng(tmp_path: Path) -> Iterator[object]:
    """Starts a real syslog-ng with this configuration, and ends it."""
    found = FOLDER / "usr" / "sbin" / "syslog-ng"
    assert found.exists(), "syslog-ng is not unpacked; tools/fetch_syslog_ng.sh does it"
    version = next((FOLDER / "usr/lib/syslog-ng").glob("[0-9]*")).name
    libraries = [FOLDER / "usr/lib/syslog-ng", *FOLDER.glob("usr/lib/*-linux-gnu")]
    environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, libraries))}
    started: list[subprocess.Popen[bytes]] = []

    def start(text: str) -> None:
        configuration = tmp_path / "syslog-ng.conf"
        configuration.write_text(f"@version: {version}\n{text}\n")
        command = [str(found), "-F", "--no-caps", "-f", str(configuration)]
        command += [f"--module-path={FOLDER / 'usr/lib/syslog-ng' / version}"]
        command += [f"--{name}={tmp_path / f'ng.{name}'}" for name in ("persist-file", "pidfile", "control")]
        output = (tmp_path / "syslog-ng.log").open("ab")
        started.append(subprocess.Popen(command, env=environment, stdout=output, stderr=output))
        until((tmp_path / "ng.control").exists, what="syslog-ng")

    yield start
    for process in started:
        process.terminate()
        process.wait(10)


def test_syslog_ng(platform: Platform, token: str, syslog_ng, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Newline frames and octet-counted frames over TCP, TLS with our own authority, UDP."""
    log = tmp_path / "in.log"
    log.touch()
    tcp, tls, udp = (platform.port(f"syslog-{name}") for name in ("tcp", "tls", "udp"))
    authority = platform.data / "keys" / "authority.pem"
    syslog_ng(
        f'source s {{ file("{log}" flags(no-parse) program-override("app") follow-freq(0.2)); }};\n'
        f'destination lines {{ network("127.0.0.1" port({tcp}) template("<13>$DATE $HOST lines: $MSG\\n")); }};\n'
        f'destination counted {{ syslog("127.0.0.1" port({tcp}) transport("tcp") persist-name("counted")); }};\n'
        f'destination datagrams {{ network("127.0.0.1" port({udp}) transport("udp")); }};\n'
        f'destination safe {{ network("127.0.0.1" port({tls}) transport("tls")\n'
        f'  tls(ca-file("{authority}") peer-verify(required-trusted))); }};\n'
        "log { source(s); destination(lines); destination(counted); destination(datagrams); destination(safe); };"
    )
    with log.open("a") as file:
        file.write("from syslog-ng 一\n")
    assert len(arrived(platform, "lines: from syslog-ng 一", "] from syslog-ng 一", transport="tcp")) == 2
    for transport in ("tls", "udp"):
        assert all(event["unit_id"] for event in arrived(platform, "from syslog-ng 一", transport=transport))
