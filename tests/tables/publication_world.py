"""A public document and a fixed asset, for the test of who may open what."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fenghuo.base.audit import Actor
from fenghuo.report import disclosure
from fenghuo.report.disclosure import Disclosure, from_json
from fenghuo.report.holdings import actions as holdings
from fenghuo.report.holdings.models import HoldingKind
from fenghuo.report.publication import actions

CLERK, ANALYST = Actor("c-1", "财务"), Actor("a-1", "分析员")
SAMPLE = Path(disclosure.__file__).with_name("sample.json")


def sample() -> Disclosure:
    """The sample document of the project."""
    return from_json(SAMPLE.read_text(encoding="utf-8"))


def standing() -> dict[str, Any]:
    """A draft of one version and an asset."""
    taken = holdings.Taken(HoldingKind.OTHER, "台式机", Decimal(46), 18_070_000, date(2023, 5, 1), document="记-3")
    made = actions.begin(ANALYST, sample(), "file")
    return {
        "publication_id": made.id,
        "version_number": 1,
        "section": "assets",
        "holding_id": holdings.take_up(CLERK, taken).id,
        "verb": "ask",
        "paper": "disclosure.json",
    }
