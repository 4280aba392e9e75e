"""Tables are data: a county's change counts, a confirmation shows, and a slip in a table is refused with its place."""

from copy import deepcopy
from typing import Any

import pytest

from fenghuo.respond.incidents.grading import BadTable, Grade, grade, read_table
from fenghuo.respond.incidents.grading.shipped import data_of


def annex() -> dict[str, Any]:
    return deepcopy(dict(data_of("annex")))


def test_a_changed_figure_counts() -> None:
    data = annex()
    loss = next(item for item in data["item"] if item["key"] == "loss")
    loss["cells"][2]["when"]["loss_yuan"] = 4_000_000
    assert grade(read_table(data), {"loss_yuan": 4_000_000}).grade is Grade.RELATIVELY_MAJOR


def test_a_confirmed_table_shows_no_doubt_any_more() -> None:
    facts = {"portal_level": "prefecture", "outage_minutes": 130}
    assert not grade(read_table(annex()), facts).confirmed
    confirmed = read_table({**annex(), "confirmed_by": "王主任"})
    assert grade(confirmed, facts).confirmed
    assert grade(confirmed, {}).confirmed


def test_general_is_sure_only_when_every_figure_is() -> None:
    assert not grade(read_table(annex()), {"loss_yuan": 1}).confirmed


@pytest.mark.parametrize(
    "change",
    [
        {"grade": "grave"},
        {"sureness": "Z"},
        {"when": {}},
        {"when": {"loss_dollars": 1}},
        {"when": {"loss_yuan": -1}},
        {"when": {"portal_level": "galaxy"}},
        {"when": {"loss_yuan": "much"}},
    ],
)
def test_a_slip_is_refused_and_its_item_named(change: dict[str, Any]) -> None:
    data = annex()
    data["item"][0]["cells"][0] |= change
    with pytest.raises(BadTable) as refused:
        read_table(data)
    assert "portal-outage" in refused.value.problems[0]


def test_a_table_needs_its_source_version_and_date_and_each_item_once() -> None:
    data = annex()
    data["item"].append(data["item"][0])
    del data["source"]
    with pytest.raises(BadTable) as refused:
        read_table(data)
    assert len(refused.value.problems) == 4
    with pytest.raises(BadTable):
        read_table({**annex(), "item": []})
