"""Packs come in with their licence; what is refused is named; untrusted archives stay inside their limits."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.see.rulebook import archive, queries
from fenghuo.see.rulebook.actions import import_archive, store_hits, switch_rule, sync_builtin_packs
from fenghuo.see.rulebook.archive import BadArchive
from fenghuo.see.rulebook.models import StoredHit, StoredRule

pytestmark = pytest.mark.django_db
GOOD = """title: G
id: 11111111-1111-4111-8111-111111111111
author: A. Author
logsource: {product: x}
detection:
  s: {a: b}
  condition: s
"""
BAD = GOOD.replace("1111-8111", "1111-8112").replace("{a: b}", "{a|nonsense: b}")


def packed(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return path


def test_a_pack_comes_in_with_its_licence(tmp_path: Path, make_hit: Callable[..., Any]) -> None:
    files = {"LICENSE": "Detection Rule License 1.1\n…", "a/good.yml": GOOD, "a/bad.yml": BAD}
    done = import_archive(TESTER, packed(tmp_path / "p.zip", files), "pack")
    assert (done.rules, done.refused, done.unchanged) == (1, 1, False)
    refused = StoredRule.objects.get(status="refused")
    assert (refused.line, "nonsense" in refused.reason) == (5, True)
    store_hits([make_hit(1, rule_pack="pack", rule_author="A. Author")])
    hit = StoredHit.objects.get()
    assert (hit.rule_license, hit.rule_author) == ("Detection Rule License 1.1", "A. Author")
    assert import_archive(TESTER, tmp_path / "p.zip", "pack").unchanged


@pytest.mark.parametrize(
    "files", [{"../evil.yml": GOOD}, {"/abs.yml": GOOD}, {"readme.txt": "x"}, {"a/" * 20 + "deep.yml": GOOD}]
)
def test_archives_that_are_not_taken(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(BadArchive):
        import_archive(TESTER, packed(tmp_path / "p.zip", files), "pack")


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 1000)
    with pytest.raises(BadArchive):
        import_archive(TESTER, packed(tmp_path / "p.zip", {"a.yml": GOOD + "#" * 5000}), "pack")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(BadArchive):
        import_archive(TESTER, tmp_path / "broken.zip", "pack")


def test_a_rule_is_switched_off_with_a_reason() -> None:
    sync_builtin_packs()
    rule = StoredRule.objects.filter(status="ok").first()
    assert rule is not None
    before = queries.version()
    with pytest.raises(ValueError, match="reason"):
        switch_rule(TESTER, rule.rule_id, on=False)
    switch_rule(TESTER, rule.rule_id, on=False, reason="noise of our own scanner")
    assert rule.rule_id in queries.rules_in_force().disabled
    assert queries.version() > before
    switch_rule(TESTER, rule.rule_id, on=True)
    assert rule.rule_id not in queries.rules_in_force().disabled
