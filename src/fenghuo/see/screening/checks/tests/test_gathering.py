"""Findings outlive places that stayed unseen; a pass does not."""

import pytest

from fenghuo.see.screening.checks.base import Finding
from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.gathering import answered, gather, is_served, seen_pages, whole
from fenghuo.see.screening.checks.samples import SITE, facts, nothing_here, page
from fenghuo.see.screening.facts import Failure, Page, Untested, Why
from fenghuo.see.screening.facts.site import Pages

FINDING = Finding("x", "/", "")


def unseen() -> list[Finding]:
    raise Untested(Failure(Why.TIMED_OUT))


def test_a_finding_outlives_what_was_not_seen() -> None:
    assert gather([unseen, lambda: [FINDING], unseen]) == [FINDING]
    assert gather([list, list]) == []
    with pytest.raises(Untested):
        gather([list, unseen])


@pytest.mark.parametrize(
    ("to", "moved"),
    [
        ("https://www.jiaoyu.example/a", True),
        ("https://other.example/a/", True),
        ("/login", False),
        ("/", False),
        ("http://[broken", False),
    ],
)
def test_a_path_sent_elsewhere_was_not_seen(to: str, moved: bool) -> None:
    sent = facts(None, {"/a": page("", 301, "http://www.jiaoyu.example/a", {"Location": to})})
    if moved:
        with pytest.raises(Untested):
            answered(sent, "/a")
    else:
        assert answered(sent, "/a").status == 301


def test_what_comes_for_any_path_is_not_served() -> None:
    assert is_served(page(b"PK\x03\x04"), nothing_here())
    assert not is_served(page(b"PK\x03\x04"), page(b"PK\x03\x04 and more"))
    assert not is_served(page(b""), nothing_here())
    assert not is_served(page(b"PK\x03\x04", 404), nothing_here())


def test_pages_that_did_not_come_are_said_when_asked_for() -> None:
    pages: dict[str, Page | Failure] = {SITE: page("home"), SITE + "a": Failure(Why.RESET), SITE + "b": page("", 502)}
    first, *others = seen_pages(page("home"), Pages(pages))
    assert first().body == b"home"
    assert len(others) == 2
    for ask in others:
        with pytest.raises(Untested):
            ask()
    with pytest.raises(Untested):
        whole(page("half", cut=True))


def test_a_list_without_version_or_of_no_check() -> None:
    assert toml_of("admin-panel", "panels.toml")["version"] >= 1
    with pytest.raises((ValueError, FileNotFoundError)):
        toml_of("admin-panel", "advice.zh.md")
