"""Rules of the office, silences, thresholds, trials and quarantine: what is held back is stored, shown and ends."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.see.events import Meter
from fenghuo.see.events.meter import rule_stalled
from fenghuo.see.rulebook import actions, office, queries, stats
from fenghuo.see.rulebook.decide import over_threshold
from fenghuo.see.rulebook.models import Disposition, RuleQuarantine, RuleTrial, RuleVersion, StoredHit, StoredRule
from fenghuo.see.rulebook.queries import RuleState
from fenghuo.warn.early_warnings.models import EarlyWarning

pytestmark = pytest.mark.django_db
SECOND = 1_000_000_000
ID = "0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99"
RULE = f"""title: Our own rule
id: {ID}
logsource: {{category: webserver}}
detection:
  selection: {{cs-uri-query|contains: abc}}
  condition: selection
level: high
fenghuo: {{threat_class: web-attack}}
"""
SEQUENCE_ID = "0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c77"
SEQUENCE = f"""title: Three of our own
id: {SEQUENCE_ID}
correlation:
  type: event_count
  rules: [ours]
  group-by: [c-ip]
  timespan: 1m
  condition: {{gte: 3}}
level: high
fenghuo: {{threat_class: web-attack}}
"""
LINE = '198.51.100.9 - - [24/Nov/2026:10:00:00 +0800] "GET /?x=ABC HTTP/1.1" 200 5 "-" "curl"'


@pytest.fixture
def rule_id() -> str:
    """A shipped rule; the hits of `make_hit` get its id."""
    actions.sync_builtin_packs()
    found = StoredRule.objects.filter(pack_id="web-attacks").first()
    assert found is not None
    return found.rule_id


@pytest.fixture
def moving() -> Iterator[Callable[[timedelta], None]]:
    """A clock that tests push on."""
    at = [clock.now_ns()]
    with clock.moved(lambda: at[0]):
        yield lambda step: at.__setitem__(0, at[0] + int(step.total_seconds() * SECOND))


@pytest.fixture
def admin(client: Client, person_of: Callable[..., Person]) -> Client:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    client.force_login(person_of(Role.SECURITY_ADMIN), "django.contrib.auth.backends.ModelBackend")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def dispositions() -> list[str]:
    return list(StoredHit.objects.order_by("event_time", "hit_id").values_list("disposition", flat=True))


def tomorrow() -> Any:
    return clock.now() + timedelta(days=1)


def test_a_silence_holds_back_stores_and_stops_by_itself(
    rule_id: str, unit: Unit, other_unit: Unit, make_hit: Any, store_and_judge: Any, moving: Any
) -> None:
    made = actions.silence(TESTER, rule_id, tomorrow(), "known scanner", unit_id=unit.id)
    store_and_judge([make_hit(1, unit.id, rule_id=rule_id), make_hit(2, other_unit.id, rule_id=rule_id)])
    assert sorted(dispositions()) == ["raised", "suppressed"]
    assert list(EarlyWarning.objects.values_list("unit_id", flat=True)) == [other_unit.id]
    assert stats.held_by([made]) == {made.pk: 1}
    moving(timedelta(hours=23))
    assert list(stats.running_out()) == [made]
    store_and_judge([make_hit(3, unit.id, rule_id=rule_id)])
    assert not EarlyWarning.objects.filter(unit_id=unit.id).exists()
    moving(timedelta(hours=2))
    store_and_judge([make_hit(4, unit.id, rule_id=rule_id)])
    assert EarlyWarning.objects.filter(unit_id=unit.id).count() == 1
    assert list(stats.silences_run_out()) == [made]


def test_a_silence_of_one_asset_leaves_the_others_and_can_be_ended(
    rule_id: str, unit: Unit, make_hit: Any, store_and_judge: Any
) -> None:
    made = actions.silence(TESTER, rule_id, tomorrow(), "r", unit_id=unit.id, asset="a.example")
    store_and_judge([make_hit(n, unit.id, rule_id=rule_id, asset=f"{a}.example") for n, a in ((1, "a"), (2, "b"))])
    assert list(EarlyWarning.objects.values_list("asset", flat=True)) == ["b.example"]
    actions.end_silence(TESTER, made.pk)
    store_and_judge([make_hit(3, unit.id, rule_id=rule_id, asset="a.example")])
    assert EarlyWarning.objects.filter(asset="a.example").exists()
    with pytest.raises(actions.CannotDo, match="state"):
        actions.end_silence(TESTER, made.pk)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"until": timedelta(0)}, "until"),
        ({"until": timedelta(days=91)}, "until"),
        ({"reason": " "}, "reason"),
        ({"unit_id": "nobody"}, "unit"),
        ({"rule_id": "nothing"}, "rule"),
        ({"hits": 5}, "threshold"),
        ({"hits": 1, "within_s": 60}, "threshold"),
        ({"within_s": 60}, "threshold"),
    ],
)
def test_silences_that_are_not_taken(rule_id: str, changes: dict[str, Any], code: str) -> None:
    asked = {"rule_id": rule_id, "until": timedelta(days=1), "reason": "r", **changes}
    until = clock.now() + asked.pop("until")
    with pytest.raises(actions.CannotDo, match=code):
        actions.silence(TESTER, asked.pop("rule_id"), until, asked.pop("reason"), **asked)


@pytest.mark.parametrize("order", ["together", "one by one", "backwards"])
def test_a_threshold_raises_from_so_many_hits_on_with_all_of_them(
    order: str, rule_id: str, unit: Unit, make_hit: Any, store_and_judge: Any
) -> None:
    actions.silence(TESTER, rule_id, tomorrow(), "only bursts", hits=3, within_s=60)
    start = 1_795_500_000 * SECOND
    times = [0, 50, 59, 200, 230, 261, 262, 263]
    hits = [make_hit(n, unit.id, rule_id=rule_id, event_time=start + t * SECOND) for n, t in enumerate(times)]
    hits.append(make_hit(99, unit.id, rule_id=rule_id, event_time=start, asset="alone.example"))
    if order == "together":
        store_and_judge(hits)
    for hit in [] if order == "together" else hits if order == "one by one" else reversed(hits):
        store_and_judge([hit])
    found = StoredHit.objects.filter(asset="www.yunling.example").order_by("event_time")
    raised = [hit.disposition == Disposition.RAISED for hit in found]
    assert raised == [True, True, True, False, True, True, True, True]
    warning = EarlyWarning.objects.get()
    assert (warning.count, warning.hits.count()) == (7, 7)


def test_over_threshold_equals_the_naive_count() -> None:
    dice = random.Random(3)
    for _ in range(300):
        times = sorted(dice.randrange(40) for _ in range(dice.randrange(1, 25)))
        need, within = dice.randrange(2, 6), dice.randrange(1, 12)
        naive = [False] * len(times)
        for last, moment in enumerate(times):
            window = [n for n, t in enumerate(times[: last + 1]) if t > moment - within]
            if len(window) >= need:
                for n in window:
                    naive[n] = True
        assert over_threshold(times, need, within) == naive


def test_a_rule_on_trial_raises_nothing_until_somebody_decides(
    rule_id: str, unit: Unit, make_hit: Any, store_and_judge: Any, moving: Any
) -> None:
    actions.start_trial(TESTER, rule_id, 7, "new pack")
    store_and_judge([make_hit(1, unit.id, rule_id=rule_id)])
    assert (dispositions(), EarlyWarning.objects.count()) == (["canary"], 0)
    moving(timedelta(days=8))
    store_and_judge([make_hit(2, unit.id, rule_id=rule_id)])
    assert EarlyWarning.objects.count() == 0, "a trial that is over goes on silently and is shown as to be decided"
    actions.end_trial(TESTER, rule_id, "", keep=True)
    store_and_judge([make_hit(3, unit.id, rule_id=rule_id)])
    assert EarlyWarning.objects.get().count == 1


def test_a_rule_that_fails_its_trial_is_out_of_force(rule_id: str) -> None:
    actions.start_trial(TESTER, rule_id, 1, "r")
    with pytest.raises(actions.CannotDo, match="state"):
        actions.start_trial(TESTER, rule_id, 1, "r")
    with pytest.raises(actions.CannotDo, match="reason"):
        actions.end_trial(TESTER, rule_id, "", keep=False)
    actions.end_trial(TESTER, rule_id, "too loud", keep=False)
    assert rule_id in queries.rules_in_force().disabled
    assert not RuleTrial.objects.exists()


def test_a_stalled_rule_is_quarantined_once_by_the_system_and_released_by_a_person(rule_id: str) -> None:
    before = queries.version()
    stalled = rule_stalled(1, "match-0", rule_id, "regular expression took 900 ms on one event", 900)
    actions.apply_meters([stalled, stalled, Meter(1, "match-0", "", "", "parsed", 3)])
    assert rule_id in queries.rules_in_force().disabled
    assert queries.version() == before + 1
    row = AuditRow.objects.get(verb="rule.quarantined")
    assert (row.actor_id, row.subject) == ("system", f"rule:{rule_id}")
    assert queries.rules({"state": "quarantined"}).get().rule_id == rule_id
    actions.release(TESTER, rule_id, "the source was mended")
    assert rule_id not in queries.rules_in_force().disabled


def test_an_event_counts_once_though_the_rule_changed_between_two_readings(
    unit: Unit, make_hit: Any, store_and_judge: Any
) -> None:
    store_and_judge([make_hit(1, unit.id, rule_hash="old")])
    store_and_judge([make_hit(1, unit.id, rule_hash="new"), make_hit(2, unit.id, rule_hash="new")])
    assert EarlyWarning.objects.get().count == 2
    assert sorted(StoredHit.objects.values_list("rule_hash", flat=True)) == ["new", "old"]


def test_versions_of_a_rule_are_kept_and_the_last_is_in_force() -> None:
    first = office.save_rule(TESTER, RULE, "first")
    assert queries.rules_in_force().packs[-1].path(settings().data).joinpath(f"{ID}.yml").read_text() == RULE
    page = first.row.pk
    second = office.save_rule(TESTER, RULE.replace("abc", "abcd"), "narrower", rule_id=ID, base=1)
    assert (second.row.pk, second.version.number) == (page, 2)
    assert second.version.rule_hash != first.version.rule_hash == RuleVersion.objects.get(number=1).rule_hash
    assert [r.hash for r in queries.compiled().rules if r.id == ID] == [second.version.rule_hash]
    office.retire_rule(TESTER, ID, "not needed")
    assert not StoredRule.objects.filter(rule_id=ID).exists()
    assert not any(r.id == ID for r in queries.compiled().rules)
    again = office.save_rule(TESTER, RULE, "needed after all", base=3)
    assert again.version.number == 4
    verbs = AuditRow.objects.filter(subject=f"rule:{ID}").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["rule.saved", "rule.saved", "rule.retired", "rule.saved"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (RULE.replace("abc", "[a").replace("contains", "re"), "refused", 5),
        (RULE.replace("condition: selection", "condition: other"), "refused", 4),
        (RULE.replace("web-attack", "opinion"), "refused", 4),
        (RULE.replace(ID, "own-rule"), "id", 2),
        (RULE + "---\n" + RULE.replace(ID, ID.replace("99", "98")), "one", 0),
        (RULE.replace("fenghuo: {threat_class: web-attack}\n", ""), "class", 0),
        (RULE + "#" * 70_000, "large", 0),
        ("title: [", "refused", 2),
    ],
)
def test_rules_that_the_office_may_not_save(text: str, code: str, line: int) -> None:
    with pytest.raises(office.CannotSave) as error:
        office.save_rule(TESTER, text, "r")
    assert (error.value.code, error.value.line) == (code, line)
    assert not RuleVersion.objects.exists()


def test_two_who_edit_at_once_and_other_slips() -> None:
    office.save_rule(TESTER, RULE, "first")
    office.save_rule(TESTER, RULE.replace("abc", "x"), "second", rule_id=ID, base=1)
    for changes, code in (
        ({"rule_id": ID, "base": 1}, "moved"),
        ({}, "taken"),
        ({"rule_id": ID, "base": 2, "text": RULE.replace("abc", "x")}, "same"),
        ({"rule_id": ID, "base": 2, "reason": " "}, "reason"),
        ({"rule_id": ID, "base": 2, "text": RULE.replace(ID, ID.replace("99", "98"))}, "id"),
    ):
        asked: dict[str, Any] = {"text": RULE.replace("abc", "y"), "reason": "r", **changes}
        with pytest.raises(office.CannotSave) as error:
            office.save_rule(TESTER, asked.pop("text"), asked.pop("reason"), **asked)
        assert error.value.code == code
    actions.sync_builtin_packs()
    shipped = StoredRule.objects.filter(pack_id="web-attacks")[0].rule_id
    with pytest.raises(office.CannotSave, match="taken"):
        office.save_rule(TESTER, RULE.replace(ID, shipped), "r")


def test_the_folder_comes_back_from_the_tables() -> None:
    import shutil

    office.save_rule(TESTER, RULE, "first")
    folder = queries.rules_in_force().packs[-1].path(settings().data)
    shutil.rmtree(folder)
    office.restore_office_folder()
    assert (folder / f"{ID}.yml").read_text() == RULE


def test_rules_by_state_log_source_and_technique(rule_id: str) -> None:
    def found(**asked: str) -> set[str]:
        return set(queries.rules(asked).values_list("rule_id", flat=True))

    everything = found()
    actions.switch_rule(TESTER, rule_id, on=False, reason="r")
    assert found(state="off") == {rule_id}
    assert found(state="in-force") == everything - {rule_id}
    t1190 = found(technique="t1190")
    assert t1190
    assert t1190 < everything
    assert all("attack.t1190" in r.tags for r in StoredRule.objects.filter(rule_id__in=t1190))
    assert found(technique="t11") == set()
    assert found(product="windows") < everything
    assert set(queries.states_of(queries.rules({})).values()) == {RuleState.IN_FORCE, RuleState.OFF}
    assert "webserver" in queries.log_sources("category")


def test_a_page_says_line_and_reason_in_the_readers_language(admin: Client) -> None:
    values = {"text": RULE.replace("|contains", "|nonsense"), "base": "0", "reason": "r", "verb": "save"}
    for language, words in (
        ("zh-hans", "第 5 行：selection: cs-uri-query|nonsense: 未知的修饰符 'nonsense'"),
        ("en", "not known"),
    ):
        answer = admin.post("/rules/new/", values, headers={"accept-language": language})
        assert words in answer.content.decode().replace("&#x27;", "'")
    assert not RuleVersion.objects.exists()


def test_a_rule_is_written_tried_saved_on_trial_and_taken_into_force(
    admin: Client, unit: Unit, make_hit: Any, store_and_judge: Any
) -> None:
    values = {
        "text": RULE,
        "base": "0",
        "reason": "seen in the wild",
        "events": LINE,
        "kind": "nginx",
        "trial_days": "7",
    }
    tried = admin.post("/rules/new/", {**values, "verb": "try"}).content.decode()
    assert "The rule matches." in tried
    assert "<mark>ABC</mark>" in tried
    assert "bytes [2, 5)" in tried
    assert "<code>[2, 5) ABC</code>" in tried
    assert not RuleVersion.objects.exists()
    saved = admin.post("/rules/new/", {**values, "verb": "save"})
    page = saved.headers["Location"]
    store_and_judge([make_hit(1, unit.id, rule_id=ID, rule_pack="office", event_time=clock.now_ns())])
    shown = admin.get(page).content.decode()
    assert "It would have raised" in shown
    admin.post(f"{page}trial/end/", {"keep": "yes"})
    store_and_judge([make_hit(2, unit.id, rule_id=ID, rule_pack="office", event_time=clock.now_ns())])
    assert f"level-{EarlyWarning.objects.get().level}" in shown, "the trial graded as the judge does"
    edited = admin.post(f"{page}edit/", {**values, "text": RULE.replace("abc", "abx"), "base": "1", "verb": "save"})
    assert edited.headers["Location"] == page
    history = admin.get(f"/rules/history/{ID}/").content.decode()
    assert "<del>-   selection: {cs-uri-query|contains: abc}" in history
    admin.post(f"{page}retire/", {"reason": "done"})
    assert admin.get(page).status_code == 404
    assert "retired" in admin.get(f"/rules/history/{ID}/").content.decode()


def test_the_office_writes_a_correlation_tries_it_and_saves_it(
    admin: Client, unit: Unit, make_hit: Any, store_and_judge: Any
) -> None:
    actions.sync_builtin_packs()
    office.save_rule(TESTER, RULE.replace("level: high", "level: low").replace("title:", "name: ours\ntitle:"), "r")
    lines = "\n".join(LINE.replace("10:00:00", f"10:00:0{n}") for n in range(3))
    values = {"text": SEQUENCE, "base": "0", "reason": "bursts", "events": lines, "kind": "nginx", "trial_days": "0"}
    tried = admin.post("/rules/new/", {**values, "verb": "try"}).content.decode()
    assert "✓ Three of our own" in tried
    assert "3 hits count" in tried
    few = admin.post("/rules/new/", {**values, "events": LINE, "verb": "try"}).content.decode()
    assert "The correlation finds nothing in them." in few
    assert "Our own rule: 1" in few, "and how near it came"
    saved = admin.post("/rules/new/", {**values, "verb": "save"})
    assert saved.status_code == 302, saved.content.decode()
    assert [c.draft.id for c in queries.compiled().correlations if c.draft.pack == "office"] == [SEQUENCE_ID]
    page = saved.headers["Location"]
    assert "Three of our own" in admin.get(page).content.decode()
    bench = admin.post("/rules/bench/", {"events": lines, "kind": "nginx", "rule": SEQUENCE_ID}).content.decode()
    assert "✓ Three of our own" in bench
    assert "✓ Three of our own" in admin.post("/rules/bench/", {"events": lines, "kind": "nginx"}).content.decode()
    edited = admin.post(
        f"{page}edit/", {**values, "text": SEQUENCE.replace("gte: 3", "gte: 4"), "base": "1", "verb": "save"}
    )
    assert edited.status_code == 302
    office.retire_rule(TESTER, ID, "gone")
    row = StoredRule.objects.get(rule_id=SEQUENCE_ID)
    assert (row.status, row.reason) == ("refused", "there is no rule 'ours'"), "what lost its rule says so"
    office.save_rule(TESTER, RULE.replace("title:", "name: ours\ntitle:"), "back", base=2)
    row.refresh_from_db()
    assert (row.status, row.reason) == ("ok", "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rules: [nobody]", "refused"),
        ("rules: [ours]\n  nonsense: 1", "refused"),
    ],
)
def test_a_correlation_that_can_not_run_is_not_saved(text: str, code: str) -> None:
    office.save_rule(TESTER, RULE.replace("title:", "name: ours\ntitle:"), "r")
    with pytest.raises(office.CannotSave) as error:
        office.save_rule(TESTER, SEQUENCE.replace("rules: [ours]", text), "r")
    assert error.value.code == code
    assert error.value.line > 0


def test_the_bench_says_why_not(admin: Client, unit: Unit, make_hit: Any, store_and_judge: Any) -> None:
    office.save_rule(TESTER, RULE, "r")
    missed = admin.post(
        "/rules/bench/", {"events": LINE.replace("ABC", "zzz"), "kind": "nginx", "rule": ID, "hits": "0"}
    )
    text = missed.content.decode()
    assert "The rule does not match." in text
    assert "*abc*" in text
    assert "x=zzz" in text
    other = admin.post("/rules/bench/", {"events": '{"EventID": 1, "Channel": "Security"}', "rule": "Our own"})
    assert "The rule is about webserver; the event is windows/security." in other.content.decode()
    store_and_judge([make_hit(1, unit.id, raw=LINE.encode())])
    assert (
        LINE.split("?", maxsplit=1)[0].replace('"', "&quot;")
        in admin.post("/rules/bench/", {"hits": "5"}).content.decode()
    )
    assert AuditRow.objects.filter(verb="rules.tried-on-hits").count() == 1
    for broken in ('[{"a": 1}, {', "\x00\x01", "<script>alert(1)</script>"):
        answer = admin.post("/rules/bench/", {"events": broken})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_a_silence_from_the_warning_page(
    admin: Client, rule_id: str, unit: Unit, make_hit: Any, store_and_judge: Any
) -> None:
    store_and_judge([make_hit(1, unit.id, rule_id=rule_id)])
    warning = EarlyWarning.objects.get()
    link = f"/rules/silences/new/?rule={rule_id}&amp;unit={unit.id}&amp;asset=www.yunling.example"
    assert link in admin.get(f"/warnings/{warning.id}/").content.decode()
    form = admin.get(link.replace("&amp;", "&")).content.decode()
    assert f'<option value="{unit.id}" selected>' in form
    until = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    values = {"rule": rule_id, "unit": unit.id, "asset": "", "until": until, "reason": "pen test"}
    assert admin.post("/rules/silences/new/", {**values, "hits": "3"}).status_code == 200, "half a threshold"
    assert admin.post("/rules/silences/new/", values).status_code == 302
    listed = admin.get("/rules/silences/").content.decode()
    assert "pen test" in listed
    assert "runs out soon" in listed
    store_and_judge([make_hit(2, unit.id, rule_id=rule_id, event_time=clock.now_ns())])
    number = StoredRule.objects.get(rule_id=rule_id).pk
    shown = admin.get(f"/rules/{number}/").content.decode()
    assert "Suppressed in the last 7 days" in shown
    assert f"/warnings/?rule={rule_id}" in shown
    assert admin.get(f"/warnings/?rule={rule_id}").content.decode().count("data-row") == 1
    assert admin.get("/warnings/?rule=other").content.decode().count("data-row") == 0


def test_quarantine_is_loud_and_coverage_links_to_its_rules(admin: Client, rule_id: str) -> None:
    actions.quarantine(rule_id, "took 3 s on one event")
    listed = admin.get("/rules/").content.decode()
    assert 'role="alert"' in listed
    assert "took 3 s on one event" in listed
    page = f"/rules/{StoredRule.objects.get(rule_id=rule_id).pk}/"
    admin.post(f"{page}release/", {"reason": ""})
    assert RuleQuarantine.objects.exists()
    admin.post(f"{page}release/", {"reason": "mended"})
    assert not RuleQuarantine.objects.exists()
    coverage = admin.get("/rules/coverage/").content.decode()
    assert "?state=in-force&amp;technique=T1190" in coverage
    assert admin.get("/rules/?state=in-force&technique=T1190").content.decode().count("data-row") > 10
