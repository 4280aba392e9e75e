"""Bounces on their whole way: our mail, a real Postfix that can't deliver it, its notification in a real Dovecot, and our reading of it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from fenghuo.base.common import net
from fenghuo.warn.channels.email.bounces import read
from fenghuo.warn.channels.email.receive import receive
from fenghuo.warn.channels.email.send import send
from fenghuo.warn.channels.message import NotSent, Outgoing
from fenghuo.warn.channels.reports import Awaited
from tests.service.conftest import free_port, listening, program, until

pytestmark = pytest.mark.service

MASTER = """\
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
myhostname = relay.office.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{sink}
smtpd_relay_restrictions = permit_mynetworks, reject
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
"""
DOVECOT = """\
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
mail_location = maildir:{folder}/box/Maildir
ssl = no
disable_plaintext_auth = no
passdb {{
  driver = static
  args = password=mail-pw
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/box
}}
first_valid_uid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
OUT = Outgoing(
    "0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99", "nobody@school.example", "【红】县医院：网站后门", "编号：1", "zh-hans"
)


class Box:
    """Where Postfix hands mail on: refuses one recipient, keeps the rest as files of a Maildir."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mails: list[bytes] = []

    async def handle_RCPT(self, _s: Any, _n: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        if address.startswith("nobody@"):
            return "550 5.1.1 <nobody@school.example>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.keep(envelope.content)
        return "250 OK"

    def keep(self, raw: bytes) -> None:
        self.mails.append(raw)
        path = self.folder / "new" / f"{len(self.mails)}.fenghuo"
        path.write_bytes(raw.replace(b"\r\n", b"\n"))
        path.chmod(0o666)


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "may_contact", lambda address: address.startswith("127."))


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="fenghuo-mail-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def box(folder: Path) -> Box:
    user = pwd.getpwnam("mail")
    for name in ("box", "box/Maildir", "box/Maildir/new", "box/Maildir/cur", "box/Maildir/tmp"):
        (folder / name).mkdir()
        os.chown(folder / name, user.pw_uid, user.pw_gid)
    return Box(folder / "box" / "Maildir")


@pytest.fixture
def postfix(folder: Path, box: Box) -> Iterator[int]:
    port, sink = free_port(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=sink)
    controller.start()
    config = folder / "postfix"
    config.mkdir()
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, 0)
    (config / "main.cf").write_text(MAIN.format(folder=folder, sink=sink))
    (config / "master.cf").write_text(MASTER.format(port=port))
    command = [program("postfix"), "-c", str(config)]
    subprocess.run([*command, "start"], check=True, capture_output=True)
    try:
        until(lambda: listening(port), 20, "Postfix")
        yield port
    finally:
        subprocess.run([*command, "stop"], check=True, capture_output=True)
        controller.stop()


@pytest.fixture
def dovecot(folder: Path, box: Box) -> Iterator[int]:
    port, user = free_port(), pwd.getpwnam("mail")
    config = folder / "dovecot.conf"
    config.write_text(DOVECOT.format(folder=folder, uid=user.pw_uid, gid=user.pw_gid, port=port))
    process = subprocess.Popen([program("dovecot"), "-F", "-c", str(config)])
    try:
        until(lambda: listening(port), 20, "Dovecot")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def test_a_mail_that_comes_back_is_reported(postfix: int, dovecot: int, box: Box, folder: Path) -> None:
    given = {"host": "127.0.0.1", "port": str(postfix), "security": "none", "sender": "fenghuo@office.example"}
    box.keep(b"From: a@b.example\r\nTo: fenghuo@office.example\r\nSubject: private\r\n\r\nnot ours\r\n")
    sent = send(given, OUT)
    until(lambda: len(box.mails) == 2, 20, (folder / "postfix.log").read_text())
    (direct,) = read(box.mails[1])
    assert (direct.receipt, direct.arrived) == (sent.receipt, False)
    assert direct.answer.startswith("5.1.1")
    assert "no such mailbox" in direct.answer

    reading = {**given, "imap_host": "127.0.0.1", "imap_port": str(dovecot), "imap_security": "none", "user": "fenghuo"}
    awaited = [Awaited(sent.receipt, OUT.recipient, datetime.now(UTC))]
    with pytest.raises(NotSent):
        receive({**reading, "password": "wrong"}, awaited)
    reading["password"] = "mail-pw"
    assert receive(reading, [Awaited("<another@fenghuo>", "", datetime.now(UTC))]) == [], "somebody else's stays unread"
    assert receive(reading, awaited) == [direct]
    assert receive(reading, awaited) == [], "each is told once"
    flags = {path.name.partition(":2,")[2] for path in (box.folder / "cur").iterdir()}
    flags |= {"" for _ in (box.folder / "new").iterdir()}
    assert flags == {"", "S"}, "the other mail in the box stays unread"


def test_what_dkim_signs_is_what_arrives(postfix: int, box: Box, make_key: Callable[[], str]) -> None:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from fenghuo.warn.channels.email.emulator import dkim_problem

    key = make_key()
    given = {"host": "127.0.0.1", "port": str(postfix), "security": "none", "sender": "fenghuo@office.example"}
    given |= {"dkim_domain": "office.example", "dkim_selector": "fh", "dkim_key": key}
    send(
        given, Outgoing("a-second-one", "duty@office.example", OUT.title, "县医院\n" * 50 + "." + "x" * 3000, "zh-hans")
    )
    until(lambda: box.mails, 20, "the mail")
    public = load_pem_private_key(key.encode(), None).public_key()
    assert dkim_problem(box.mails[0], public) == ""  # type: ignore[arg-type]


@pytest.fixture
def make_key() -> Callable[[], str]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    def make() -> str:
        form = serialization.PrivateFormat.PKCS8
        made = rsa.generate_private_key(65537, 2048)
        return made.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()

    return make
