"""A format that no published sample proves says so where it is chosen and where it is listed."""

from django.utils import translation

from fenghuo.faces.console.sources.forms import kind_label
from fenghuo.see.inventory.models import LogSource
from fenghuo.see.sources import KINDS


def test_an_unverified_kind_is_marked_in_both_languages() -> None:
    with translation.override("en"):
        assert kind_label(KINDS["dptech"]) == "DPtech (unverified)"
        assert kind_label(KINDS["huawei"]) == "Huawei USG"
    with translation.override("zh-hans"):
        assert kind_label(KINDS["dptech"]) == "DPtech（未核实）"


def test_a_source_knows_whether_its_kind_is_verified() -> None:
    assert LogSource(kind="hillstone").unverified
    assert not LogSource(kind="h3c").unverified
    assert not LogSource(kind="of another day").unverified
