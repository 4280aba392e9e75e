"""What authors of checks make samples with; a check's `samples.py` holds `SAMPLES`, tried by the generic test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fenghuo.see.screening.facts import Facts, Failure, Page, Target

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
SITE = "https://www.jiaoyu.example/"
TARGET = Target(
    asset="www.jiaoyu.example",
    kind="website",
    host="www.jiaoyu.example",
    url=SITE,
    unit="烽燧县教育局",
    unit_kind="department",
    names=("烽燧县教育局",),
    registered=frozenset({"www.jiaoyu.example", "www.fengsui.example"}),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Facts and what the check must say of them: "pass", "not-applicable", "could-not-test", or the keys of the outcomes found."""

    name: str
    facts: Facts
    expected: str | Sequence[str]


def page(
    body: str | bytes = "", status: int = 200, url: str = SITE, headers: Mapping[str, str] | None = None, **more: Any
) -> Page:
    """A page; the type is HTML where no header says otherwise. `more` are fields of `Page`."""
    sent = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
    raw = body.encode() if isinstance(body, str) else body
    return Page(url, status, tuple(sent.items()), raw, **more)


def html(inner: str = "", title: str = "烽燧县教育局", head: str = "") -> str:
    """A whole page around `inner`."""
    return f"<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{inner}</body></html>"


def nothing_here(url: str = SITE + "nothing-7f3a") -> Page:
    """An honest 404."""
    return page(html("页面不存在", "404 Not Found"), 404, url)


def facts(
    values: Mapping[Any, Any] | None = None,
    probes: Mapping[str, Page | Failure] | None = None,
    target: Target = TARGET,
    at: datetime = NOW,
) -> Facts:
    """Facts from a map of need → value."""
    return Facts(target, at, {need.name: value for need, value in (values or {}).items()}, probes or {})
