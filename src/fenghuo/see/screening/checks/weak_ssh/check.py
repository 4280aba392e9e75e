"""SSH servers with a protocol, algorithms or host keys that no longer protect."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.reachable import ports_of
from fenghuo.see.screening.checks.weak_ssh.host_key import BadKey, kind_and_bits
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import PORTS, SSH
from fenghuo.see.screening.facts.network import Ssh

_ID = "weak-ssh"
_SSH_PORT = 22
_ENOUGH_BITS = 2048
_OLD = re.compile(r"SSH-1\.(?!99)")
_BOTH = re.compile(r"SSH-1\.99-")
_OUTCOMES = {"kex": "weak-exchange", "host-key": "weak-host-key", "cipher": "weak-cipher", "mac": "weak-mac"}


def _judge(facts: Facts) -> Judgement:
    ports = ports_of(facts)
    if not any(p.state == "open" and (p.number == _SSH_PORT or p.banner.startswith(b"SSH-")) for p in ports):
        if not any(p.number == _SSH_PORT for p in ports):
            raise Untested(Failure(Why.NOT_COLLECTED, f"tcp/{_SSH_PORT}"))
        return []  # closed or filtered: nobody outside meets it
    ssh = facts[SSH]
    if not ssh.banner.startswith("SSH-"):
        raise Untested(Failure(Why.UNREADABLE, ssh.banner[:100]))
    if _OLD.match(ssh.banner):
        return list(_protocol(ssh))
    if not all(ssh.algorithms.get(kind) for kind in _OUTCOMES):
        raise Untested(Failure(Why.INCOMPLETE, SSH.name))
    return [*_protocol(ssh), *_algorithms(ssh), *_keys(ssh)]


def _protocol(ssh: Ssh) -> Iterable[Finding]:
    if _OLD.match(ssh.banner) or _BOTH.match(ssh.banner):
        yield Finding("protocol-1", f"tcp/{ssh.port}", ssh.banner[:200])


def _algorithms(ssh: Ssh) -> Iterable[Finding]:
    lists = toml_of(_ID, "algorithms.toml")
    for kind, outcome in _OUTCOMES.items():
        weak = [n for n in ssh.algorithms[kind] if any(fnmatchcase(n, pattern) for pattern in lists[kind]["weak"])]
        if weak:
            yield Finding(outcome, f"tcp/{ssh.port} {kind}", f"{ssh.banner[:100]}\n{kind}: {', '.join(weak)[:1000]}")


def _keys(ssh: Ssh) -> Iterable[Finding]:
    for blob in ssh.host_keys:
        try:
            kind, bits = kind_and_bits(blob)
        except BadKey as error:
            raise Untested(Failure(Why.UNREADABLE, f"host key: {error}")) from error
        if kind == "ssh-dss" or (kind == "ssh-rsa" and bits < _ENOUGH_BITS):
            yield Finding("short-host-key", f"tcp/{ssh.port} {kind}", f"{kind} {bits} bit")


CHECK = Check(
    id=_ID,
    number=34,
    version=1,
    check_class=CheckClass.SERVICES,
    needs=(PORTS,),
    uses=(SSH,),
    outcomes=(
        Outcome("protocol-1", Severity.MEDIUM, 30),
        Outcome("weak-exchange", Severity.MEDIUM, 30),
        Outcome("weak-host-key", Severity.MEDIUM, 30),
        Outcome("weak-cipher", Severity.MEDIUM, 30),
        Outcome("weak-mac", Severity.MEDIUM, 30),
        Outcome("short-host-key", Severity.MEDIUM, 30),
    ),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
