"""Linux auditd: type=… msg=audit(seconds:serial): name=value …, one record or all records of an event in one line.

Names are auditd's own, as SigmaHQ's rules for `product: linux, service: auditd` use them. Values that the kernel writes in
hexadecimal are decoded. Beside them: `CommandLine` from the arguments of EXECVE or PROCTITLE, `Image` from exe.
"""

import re

from fenghuo.see.events import Event, Observables, Scalar, Value
from fenghuo.see.sources.base import ParseContext, address, unparsed
from fenghuo.see.sources.device import content

_RECORD = re.compile(
    r"(?:node=(?P<node>\S{1,255}) )?type=(?P<type>[A-Z0-9_]+) msg=audit\((?P<time>\d+\.\d{3}):(?P<serial>\d+)\): ?"
)
_PAIR = re.compile(r"""(?<![\w-])([A-Za-z_][\w-]{0,63})=(?:"([^"]*)"|'([^']*)'|([^\s'"]+))""")
_HEX = re.compile(r"(?:[0-9A-F]{2}){2,}")
_ARGUMENT = re.compile(r"a\d+(?:\[\d+\])?")
_HEXABLE = {"name", "proctitle", "comm", "exe", "cwd", "cmd", "acct", "data", "key", "path"}
_UNSET = {"?", "(none)", "(null)"}


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where no type= msg=audit() stands in it."""
    head = content(raw, context)
    text = head.rest
    starts = list(_RECORD.finditer(text))
    if not starts:
        return unparsed(raw, "not-auditd", product="linux", service="auditd")
    fields: dict[str, Value] = {}
    types: list[Scalar] = []
    ends = [m.start() for m in starts[1:]] + [len(text)]
    for found, end in zip(starts, ends, strict=True):
        types.append(found["type"])
        _read(found["type"], text[found.end() : end], fields)
    fields["type"] = types if len(types) > 1 else types[0]
    fields["audit_id"] = starts[0]["serial"]
    _derived(fields)
    host = starts[0]["node"] or head.host
    if host:
        fields.setdefault("hostname", host)
    seconds, _, milliseconds = starts[0]["time"].partition(".")
    return Event(
        fields=fields,
        product="linux",
        service="auditd",
        event_time=int(seconds) * 10**9 + int(milliseconds) * 10**6,
        host=host,
        observables=Observables(src_ip=address(fields.get("addr"))),
    )


def _read(kind: str, text: str, fields: dict[str, Value]) -> None:
    """One record; the interpreted names after the group separator (ENRICHED) go under the same names in capitals."""
    plain, _, enriched = text.partition("\x1d")
    for name, double, single, bare in _PAIR.findall(f"{plain} {enriched}"):
        if single:
            _read(kind, single, fields)
            continue
        value = double or bare
        argument = kind == "EXECVE" and _ARGUMENT.fullmatch(name) is not None
        if bare and (argument or name in _HEXABLE) and _HEX.fullmatch(bare):
            value = bytes.fromhex(bare).rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")
        elif not argument and kind == "EXECVE" and name == "argc":
            fields["argc"] = value
            continue
        elif kind == "SYSCALL" and _ARGUMENT.fullmatch(name):
            name = f"syscall_{name}"  # noqa: PLW2901 -- numbers of a call, not arguments of a command
        if value and value not in _UNSET:
            fields.setdefault(name, value)


def _derived(fields: dict[str, Value]) -> None:
    arguments = sorted((int(n[1:]), v) for n, v in fields.items() if re.fullmatch(r"a\d+", n) and isinstance(v, str))
    if arguments:
        fields["CommandLine"] = " ".join(str(v) for _, v in arguments)
    elif isinstance(fields.get("proctitle"), str):
        fields["CommandLine"] = fields["proctitle"]
    if isinstance(fields.get("exe"), str):
        fields["Image"] = fields["exe"]
