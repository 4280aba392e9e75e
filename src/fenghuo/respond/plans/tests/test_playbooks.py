"""Every playbook that comes with Fenghuo is whole, in both languages, and stays within its hour and its guards."""

import pytest

from fenghuo.respond.plans.playbook import PartRole, Playbook, playbooks

CLASSES = {"web-defacement", "ransomware", "data-leak", "ddos", "mining", "staff-phishing"}


def test_there_is_one_for_each_class() -> None:
    assert set(playbooks()) == CLASSES


@pytest.mark.parametrize("playbook", playbooks().values(), ids=lambda p: p.key)
def test_a_playbook_is_whole(playbook: Playbook) -> None:
    assert playbook.sureness == "P"
    assert 8 <= len(playbook.steps) <= 15
    assert [s.by for s in playbook.steps] == sorted(s.by for s in playbook.steps)
    assert 0 < playbook.steps[0].by <= 15
    assert playbook.steps[-1].by <= 60
    for text in (playbook.title, *(s.text for s in playbook.steps)):
        assert set(text) == {"zh", "en"}
        assert any("\u4e00" <= c <= "\u9fff" for c in text["zh"])
        assert text["en"].isascii()
    assert {PartRole.ANALYST, PartRole.DUTY_OFFICER, PartRole.UNIT_TECHNICIAN} <= {s.role for s in playbook.steps}


@pytest.mark.parametrize("playbook", playbooks().values(), ids=lambda p: p.key)
def test_it_grades_calls_and_blocks_on_evidence_by_two_persons(playbook: Playbook) -> None:
    assert {"grade", "call", "block"} <= {s.key for s in playbook.steps}
    block = playbook.step("block")
    assert block is not None
    assert "第二人" in block.text["zh"]
    assert "证据" in block.text["zh"]
