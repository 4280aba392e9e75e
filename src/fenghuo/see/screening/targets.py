"""A laptop's list of targets: who allowed what, where and when, one row a site; pure."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from urllib.parse import urlsplit

from fenghuo.see.screening.facts import CheckClass, Target
from fenghuo.see.screening.permit import Permit, canonical

COLUMNS = ("unit", "name", "url", "addresses", "classes", "from", "until")
OPTIONAL = ("kind", "unit_kind", "icp", "police_filing", "domain_expires")
_CHINESE = {
    "单位": "unit",
    "名称": "name",
    "网址": "url",
    "地址": "addresses",
    "类别": "classes",
    "开始": "from",
    "截止": "until",
    "类型": "kind",
    "单位类型": "unit_kind",
    "ICP备案号": "icp",
    "公安备案号": "police_filing",
    "域名到期": "domain_expires",
}
_KINDS = ("website", "application", "domain", "mail-domain", "address-range")
_SEPARATOR = re.compile(r"[\s;,，；、]+")


class BadTargets(Exception):
    """The list can't be used; `problems` holds one (line, code, value) for each thing that is wrong. Nothing was contacted.

    Codes: "columns", "url", "address", "class", "kind", "time", "order", "twice", "empty", "date".
    """

    def __init__(self, problems: list[tuple[int, str, str]]) -> None:
        super().__init__(repr(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Listed:
    """A row: what to screen and under which permit."""

    target: Target
    permit: Permit


def read_targets(text: str, authorised_by: str, zone: tzinfo, order: str) -> list[Listed]:
    """The rows of a target list (CSV with a heading in English or Chinese).

    Args:
        order: prefix of the work orders; the line number is added.

    Raises:
        BadTargets: with every problem of every row.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    heading = [_CHINESE.get(cell.strip(), cell.strip().lower()) for cell in next(reader, [])]
    lacking = [name for name in COLUMNS if name not in heading]
    if lacking:
        raise BadTargets([(1, "columns", ", ".join(lacking))])
    problems: list[tuple[int, str, str]] = []
    found: dict[str, Listed] = {}
    for line, cells in enumerate(reader, 2):
        row = dict(zip(heading, (cell.strip() for cell in cells), strict=False))
        if not any(row.values()):
            continue
        try:
            listed = _row(row, authorised_by, zone, f"{order}-{line}")
        except _Problem as problem:
            problems.append((line, *problem.args))
            continue
        if listed.target.asset in found:
            problems.append((line, "twice", listed.target.asset))
        found[listed.target.asset] = listed
    if not found and not problems:
        problems.append((1, "empty", ""))
    if problems:
        raise BadTargets(problems)
    registered = frozenset(one.target.host for one in found.values())
    return [Listed(replace(one.target, registered=registered), one.permit) for one in found.values()]


class _Problem(Exception):
    pass


def _row(row: Mapping[str, str], authorised_by: str, zone: tzinfo, order: str) -> Listed:
    kind = row.get("kind") or "website"
    if kind not in _KINDS:
        raise _Problem("kind", kind)
    target = _target(row, kind)
    begins, ends = _moment(row["from"], zone, False), _moment(row["until"], zone, True)
    if begins >= ends:
        raise _Problem("order", f"{row['from']} – {row['until']}")
    permit = Permit(
        work_order=order,
        hosts=frozenset({target.host}),
        classes=_classes(row["classes"]),
        begins=begins,
        ends=ends,
        given_by=authorised_by,
        addresses=frozenset(_addresses(row["addresses"])),
    )
    return Listed(target, permit)


def _target(row: Mapping[str, str], kind: str) -> Target:
    given = row["url"] if "://" in row["url"] else f"http://{row['url']}"
    try:
        parts = urlsplit(given)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except (ValueError, UnicodeError):
        raise _Problem("url", row["url"]) from None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        raise _Problem("url", row["url"])
    shown = f"[{host}]" if ":" in host else host
    place = shown + (f":{port}" if port else "") + parts.path.rstrip("/")
    pages = kind in {"website", "application"}
    expires = row.get("domain_expires", "")
    try:
        until = datetime.fromisoformat(expires).date() if expires else None
    except ValueError:
        raise _Problem("date", expires) from None
    return Target(
        asset=place,
        kind=kind,
        host=host,
        url=f"{parts.scheme}://{place}" + ("" if parts.path.strip("/") else "/") if pages else "",
        unit=row["unit"],
        unit_kind=row.get("unit_kind", ""),
        icp=row.get("icp", ""),
        police_filing=row.get("police_filing", ""),
        domain_expires=until,
        names=tuple(dict.fromkeys(filter(None, (row["unit"], row["name"])))),
    )


def _classes(text: str) -> frozenset[CheckClass]:
    names = [name.lower() for name in _SEPARATOR.split(text) if name]
    if names in (["all"], ["全部"]):
        return frozenset(CheckClass)
    known = {c.value: c for c in CheckClass}
    strange = [name for name in names if name not in known]
    if strange or not names:
        raise _Problem("class", ", ".join(strange))
    return frozenset(known[name] for name in names)


def _addresses(text: str) -> Iterator[str]:
    for address in filter(None, _SEPARATOR.split(text)):
        try:
            yield canonical(address)
        except ValueError:
            raise _Problem("address", address) from None


def _moment(text: str, zone: tzinfo, end: bool) -> datetime:
    """A day or a moment; a day alone as an end means its last moment."""
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise _Problem("time", text) from None
    if end and found.time() == time() and ":" not in text:
        found += timedelta(days=1)
    return found if found.tzinfo else found.replace(tzinfo=zone)
