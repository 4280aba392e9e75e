"""Which stretches of a log line name a person. Pure.

Logs name pupils, staff and citizens. Pages hide these stretches until somebody opens them with a stated purpose. What is
found: values of fields that hold user names, mail addresses, mobile and identity card numbers, and names of home folders.
Accounts of systems (root, SYSTEM, COMPUTER$) name nobody and stay readable, because attacks are told apart by them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from fenghuo.see.events import Value


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_FIELDS = _words(
    "user username user_name ruser logname acct suser duser src_user dst_user login account account_name email",
    "mail cs-username targetusername subjectusername targetoutboundusername parentuser sourceuser targetuser",
    "accountname samaccountname membername targetuserprincipalname userprincipalname displayname remote_user",
    "user.name user.email user.full_name",
)
_LAST_PARTS = frozenset({"username", "user_name", "email", "mail", "accountname"})
_NOBODY = _words(
    "root admin administrator administrators guest system nobody daemon anonymous unknown www-data apache nginx",
    "mysql postgres oracle tomcat git ftp ftpuser test ubuntu sshd operator service networkservice localservice",
    "defaultaccount public default all anonymous-logon wdagutilityaccount null none true false n/a",
) | {"local service", "network service", "anonymous logon", "local system", "default user", "all users"}
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<name>[\w.+-]{1,64}(?:@|%40)[a-z0-9-]+(?:\.[a-z0-9-]+)+)",
        r"(?<!\d)(?P<name>1[3-9]\d{9})(?!\d)",
        r"(?<![0-9a-z])(?P<name>[1-9]\d{5}(?:19|20)\d\d[01]\d[0-3]\d{4}[\dx])(?![0-9a-z])",
    )
)
_HOME = re.compile(
    r"[\\/](?:users|home|documents and settings)[\\/]{1,4}(?P<name>[^\\/\s\"'<>|:,;]{1,64})", re.IGNORECASE
)


def person_spans(text: str, fields: Mapping[str, Value]) -> list[tuple[int, int]]:
    """Stretches [start, end) of a line that name a person, in order, none overlapping.

    Args:
        fields: of the event that the line was parsed to, or empty.
    """
    found = list(_by_pattern(text, of_web_server="cs-uri-stem" in fields))
    for name in sorted(_names(fields)):
        for written in {name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1]}:
            found += [match.span() for match in _whole(written).finditer(text)]
    return _merged(found)


def _by_pattern(text: str, *, of_web_server: bool) -> Iterator[tuple[int, int]]:
    """What looks like a name by itself. In the address of a page, /home/ leads to pages, not to persons."""
    for pattern in _PATTERNS if of_web_server else (*_PATTERNS, _HOME):
        for match in pattern.finditer(text):
            if not _is_nobody(match["name"]):
                yield match.span("name")


def _names(fields: Mapping[str, Value]) -> set[str]:
    """What the person-naming fields hold: whole, and without the domain before or behind it."""
    names: set[str] = set()
    for field, value in fields.items():
        key = field.lower()
        if key not in _FIELDS and key.rpartition(".")[2] not in _LAST_PARTS:
            continue
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and not _is_nobody(text.strip()):
                whole = text.strip()
                names |= {whole, whole.rpartition("\\")[2], whole.partition("@")[0]}
    return {name for name in names if not _is_nobody(name)}


def _is_nobody(name: str) -> bool:
    short = name.rpartition("\\")[2].lower()
    return (
        not any(c.isalnum() for c in short)
        or short.endswith("$")
        or short in _NOBODY
        or (short.isdigit() and len(short) < 6)
    )


def _whole(name: str) -> "re.Pattern[str]":
    """The name where no further letter or digit of ASCII touches it, so that "li" is not found in "client"."""
    before = r"(?<![A-Za-z0-9_])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![A-Za-z0-9_])" if name[-1].isascii() and name[-1].isalnum() else ""
    return re.compile(before + re.escape(name) + after, re.IGNORECASE)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
