"""Comma-, semicolon- or tab-separated lists with a heading line. Which column holds what is said by options or found by name."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from fenghuo.see.intel.formats.base import Options, Read, Row, UnreadableList, lines, percent, problem, stamp
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import CLASSES, Kind

NAMES: Mapping[str, tuple[str, ...]] = {
    "value": ("value", "indicator", "ioc", "ioc_value", "observable", "指标", "值", "ip", "domain", "url", "hash"),
    "kind": ("kind", "type", "ioc_type", "indicator_type", "类型"),
    "confidence": ("confidence", "score", "confidence_level", "置信度"),
    "tlp": ("tlp", "marking", "共享级别"),
    "threat_class": ("threat_class", "class", "威胁类别"),
    "valid_from": ("valid_from", "生效时间"),
    "valid_until": ("valid_until", "expires", "expiration", "失效时间"),
    "note": ("note", "comment", "description", "备注", "说明"),
}
KIND_NAMES: Mapping[str, Kind | None] = {
    **{kind.value: kind for kind in Kind},
    **dict.fromkeys(
        ("ip", "ipv4", "ipv6", "ip-src", "ip-dst", "ipv4-addr", "ipv6-addr", "ip:port", "cidr", "地址"), Kind.ADDRESS
    ),
    **dict.fromkeys(("hostname", "domain-name", "fqdn", "host", "域名"), Kind.DOMAIN),
    **dict.fromkeys(("uri", "link", "网址"), Kind.URL),
    **dict.fromkeys(
        ("md5", "sha1", "sha256", "md5_hash", "sha1_hash", "sha256_hash", "file", "filehash", "文件"), Kind.HASH
    ),
    "": None,
}
PERSONAL = frozenset(
    {"email", "e-mail", "email-addr", "mail", "phone", "phone-number", "account", "user", "username", "邮箱", "电话"}
)


def read(path: Path, options: Options) -> Iterator[Read]:
    """The rows below the heading.

    Raises:
        UnreadableList: no column holds the values, or a named one is not there.
    """
    numbers: list[int] = []

    def rows() -> Iterator[str]:
        for number, text in lines(path):
            if not text.startswith("#"):
                numbers.append(number)
                yield text + "\n"

    source = rows()
    heading = next(source, "")
    mark = max(",;\t", key=heading.count)
    names = [name.strip().lower() for name in next(csv.reader([heading], delimiter=mark), [])]
    places = _places(names, options)
    reader = csv.reader(source, delimiter=mark, skipinitialspace=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield problem(numbers[-1], "", Reason.NOT_UNDERSTOOD)
            continue
        found = {what: cells[place].strip() for what, place in places.items() if place < len(cells)}
        yield _row(str(numbers[-1]), found)


def _places(names: list[str], options: Options) -> dict[str, int]:
    places = {}
    for what, usual in NAMES.items():
        asked = options.columns.get(what, "").strip().lower()
        if asked.isdigit():
            places[what] = int(asked) - 1
        elif asked and asked not in names:
            raise UnreadableList(_("There is no column %(name)s.") % {"name": asked})
        elif asked:
            places[what] = names.index(asked)
        else:
            places |= next(({what: names.index(name)} for name in usual if name in names), {})
    if "value" not in places:
        raise UnreadableList(
            _("No column is called %(names)s; say which column holds the values.")
            % {"names": ", ".join(NAMES["value"])}
        )
    return places


def _row(place: str, found: Mapping[str, str]) -> Read:
    value, kind = found.get("value", ""), found.get("kind", "").lower()
    if kind in PERSONAL:
        return problem(place, "", Reason.PERSON)
    if kind not in KIND_NAMES:
        return problem(place, value, Reason.UNSUPPORTED)
    if not value:
        return problem(place, "", Reason.NOT_UNDERSTOOD)
    threat_class = found.get("threat_class", "").lower()
    return Row(
        place,
        value,
        KIND_NAMES[kind],
        stamp(found.get("valid_from")),
        stamp(found.get("valid_until")),
        percent(found.get("confidence")),
        found.get("tlp", "").lower().removeprefix("tlp:"),
        threat_class if threat_class in CLASSES else "",
        found.get("note", "")[:300],
    )
