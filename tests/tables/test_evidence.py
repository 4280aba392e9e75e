"""What a warning shows of a log line: names hidden until an analyst opens them with a purpose, words in the reader's language."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.faces.cli.main import main
from fenghuo.faces.console.evidence import HIDDEN, pieces
from fenghuo.faces.console.models import SiteProfile
from fenghuo.see.events import Match
from fenghuo.see.inventory.actions import add_source
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.early_warnings.models import EarlyWarning

pytestmark = pytest.mark.django_db
LINE = "<38>Nov 24 14:03:21 gate sshd[9]: Failed password for zhangsan from 203.0.113.5 port 22 ssh2"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def warning(unit: Unit, make_hit: Callable[..., Any], store_and_judge: Callable[..., Any]) -> EarlyWarning:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    source, _token = add_source(TESTER, unit, "syslog")
    match = Match("s", "user", "zhangsan", "*", (0, 8))
    store_and_judge([make_hit(1, unit.id, source_id=source.id, raw=LINE.encode(), matches=(match,), asset="gate")])
    return EarlyWarning.objects.get()


def page(client: Client, person: Person, warning: EarlyWarning, language: str = "en") -> str:
    client.force_login(person, BACKEND)
    return client.get(f"/warnings/{warning.id}/", headers={"accept-language": language}).content.decode()


def test_names_are_hidden_and_the_rest_of_the_line_is_not(
    warning: EarlyWarning, person_of: Callable[..., Person], client: Client
) -> None:
    shown = page(client, person_of(Role.DUTY_OFFICER), warning)
    assert "zhangsan" not in shown
    assert HIDDEN in shown
    assert "203.0.113.5" in shown
    assert "/names/" not in shown, "a duty officer is not offered what only an analyst may"


def test_the_page_says_selection_field_and_place_in_bytes(
    unit: Unit, person_of: Callable[..., Person], client: Client, make_hit: Any, store_and_judge: Any
) -> None:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    match = Match("selection", "cs-uri-query", "x=网络union", "*union*", (4, 9))
    store_and_judge([make_hit(1, unit.id, raw="GET /?x=网络union".encode(), matches=(match,))])
    shown = page(client, person_of(Role.DUTY_OFFICER), EarlyWarning.objects.get())
    assert "<code>selection</code> · <code>cs-uri-query</code> ← <code>*union*</code>" in shown
    assert "bytes [8, 13)" in shown
    assert "<mark>union</mark>" in shown, "the mark goes by characters"


def test_an_exported_hit_has_its_place_in_characters_and_in_bytes(
    unit: Unit,
    make_hit: Any,
    store_and_judge: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    match = Match("selection", "cs-uri-query", "x=网络union", "*union*", (4, 9))
    store_and_judge([make_hit(1, unit.id, matches=(match, Match("s", "port", "22", "22")))])
    monkeypatch.setattr("fenghuo.faces.cli.export.open_tables", lambda data: None)
    assert main(["export", "hits", "--data", str(tmp_path)]) == 0
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert [(m["span"], m["byte_span"]) for m in row["matches"]] == [([4, 9], [8, 13]), (None, None)]
    assert (row["matches"][0]["selection"], row["matches"][0]["value"]) == ("selection", match.value)


def test_an_analyst_opens_them_with_a_purpose_for_one_warning_and_one_session(
    warning: EarlyWarning,
    person_of: Callable[..., Person],
    client: Client,
    unit: Unit,
    make_hit: Any,
    store_and_judge: Any,
) -> None:
    store_and_judge([make_hit(2, unit.id, raw=LINE.encode(), asset="other", source_id="")])
    other = EarlyWarning.objects.get(asset="other")
    analyst = person_of(Role.ANALYST)
    assert "zhangsan" not in page(client, analyst, warning)
    address = f"/warnings/{warning.id}/names/"
    client.post(address, {"purpose": "  "})
    assert "zhangsan" not in client.get(f"/warnings/{warning.id}/").content.decode()
    assert not AuditRow.objects.filter(verb="warning.names-opened").exists()
    client.post(address, {"purpose": "compare with the staff list"})
    assert "zhangsan" in client.get(f"/warnings/{warning.id}/").content.decode()
    assert "zhangsan" not in client.get(f"/warnings/{other.id}/").content.decode()
    row = AuditRow.objects.get(verb="warning.names-opened")
    assert (row.actor_name, "compare with the staff list" in row.detail) == (analyst.name, True)
    assert "zhangsan" not in page(Client(), analyst, warning), "another session begins with names hidden"


def test_a_hidden_name_shows_neither_letters_nor_length() -> None:
    text = "user zhangsan failed"
    found = pieces(text, [Match("s", "user", "zhangsan failed", "*", (0, 15))], [(5, 13)])
    assert [(p.text, p.marked, p.hidden) for p in found] == [
        ("user ", False, False),
        (HIDDEN, True, True),
        (" failed", True, False),
    ]


def test_words_of_our_rules_are_in_the_readers_language(
    unit: Unit, make_hit: Any, store_and_judge: Any, person_of: Callable[..., Person], client: Client
) -> None:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    config = {"host": "192.0.2.25", "sender": "f@office.example"}
    add_channel(TESTER, "zh", "email", config, ["a@office.example"], "blue", "zh-hans")
    add_channel(TESTER, "en", "email", config, ["a@office.example"], "blue", "en")
    store_and_judge([make_hit(1, unit.id, rule_id="r")])
    warning = EarlyWarning.objects.get()
    texts = dict(Delivery.objects.values_list("channel__name", "text"))
    assert "网页请求中的 SQL 注入" in texts["zh"]
    assert "SQL injection in a web request" in texts["en"]
    client.force_login(person_of(Role.DUTY_OFFICER), BACKEND)
    for query, language, title in (
        ("请求中的", "zh-hans", "网页请求中的 SQL 注入"),
        ("网页攻击", "en", "SQL injection in a web request"),
        ("injection", "en", "SQL injection in a web request"),
    ):
        listed = client.get("/warnings/", {"q": query}, headers={"accept-language": language}).content.decode()
        assert f"/warnings/{warning.id}/" in listed, query
        assert title in listed
    shown = client.get(f"/warnings/{warning.id}/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "SQL injection in a web request" in shown, "evidence keeps the rule's own title"
