"""Hits become graded warnings; people are told, and told again."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.common.severity import WarningLevel
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.see.detection.correlation import Engine
from fenghuo.see.events import Hit, hits_from_batch, make_batch
from fenghuo.see.events.batch import Origin
from fenghuo.see.rulebook import actions, queries
from fenghuo.see.rulebook.correlating import store_outcomes
from fenghuo.see.rulebook.models import StoredHit
from fenghuo.see.sources import ParseContext, parse_line
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.duty.actions import add_shift
from fenghuo.warn.early_warnings.actions import CannotDo, acknowledge, escalate_due, judge, move, unanswered
from fenghuo.warn.early_warnings.decide import FINAL, TRANSITIONS
from fenghuo.warn.early_warnings.models import EarlyWarning, State

pytestmark = pytest.mark.django_db
Make = Callable[..., Hit]
Judge = Callable[[list[Hit]], int]
MAIL = {"host": "192.0.2.25", "sender": "fenghuo@office.example"}


def test_hits_of_one_matter_are_one_warning(unit: Unit, make_hit: Make, store_and_judge: Judge) -> None:
    assert store_and_judge([make_hit(n, unit.id) for n in range(3)]) == 1
    assert store_and_judge([make_hit(n, unit.id) for n in range(2, 6)]) == 0, "hit 2 again, and three more"
    warning = EarlyWarning.objects.get()
    assert (warning.count, warning.level, warning.state) == (6, "yellow", "open"), "important x severe"
    assert StoredHit.objects.count() == 6


def test_asset_class_and_exercise_make_matters_of_their_own(unit: Unit, make_hit: Make, store_and_judge: Judge) -> None:
    changes: list[dict[str, object]] = [{}, {"asset": "b"}, {"threat_class": "webshell"}, {"exercise": True}]
    store_and_judge([make_hit(n, unit.id, **change) for n, change in enumerate(changes)])
    assert EarlyWarning.objects.count() == 4


def test_low_levels_stay_hits(unit: Unit, make_hit: Make, store_and_judge: Judge) -> None:
    assert store_and_judge([make_hit(1, unit.id, rule_level="low")]) == 0
    assert (StoredHit.objects.count(), EarlyWarning.objects.count()) == (1, 0)


def test_a_replay_makes_the_same_ids(unit: Unit, make_hit: Make, store_and_judge: Judge) -> None:
    hits = [make_hit(n, unit.id, asset=f"a{n % 3}") for n in range(9)]
    store_and_judge(hits)
    first = set(EarlyWarning.objects.values_list("id", "count"))
    EarlyWarning.objects.all().delete()
    StoredHit.objects.all().delete()
    for hit in hits:
        store_and_judge([hit])
    assert set(EarlyWarning.objects.values_list("id", "count")) == first


def test_a_graver_hit_raises_the_level_and_tells_again(unit: Unit, make_hit: Make, store_and_judge: Judge) -> None:
    add_channel(TESTER, "m", "email", MAIL, ["desk@office.example"], "blue", "zh-hans")
    store_and_judge([make_hit(1, unit.id, rule_level="medium")])
    store_and_judge([make_hit(2, unit.id, rule_level="critical")])
    warning = EarlyWarning.objects.get()
    assert warning.level == "orange"
    assert list(Delivery.objects.order_by("occasion").values_list("occasion", flat=True)) == [
        "raised:blue",
        "raised:orange",
    ]
    mail = Delivery.objects.get(occasion="raised:orange")
    assert mail.title == "【橙】教育局：网页攻击"
    assert "union" not in mail.text, "evidence does not travel through other people's servers"


@pytest.mark.parametrize(
    ("level", "harm", "at_least", "expected"),
    [
        ("critical", "", "", "orange"),
        ("critical", "considerable", "", "blue"),
        ("medium", "extreme", "", "orange"),
        ("high", "", "", "yellow"),
        ("high", "", "red", "red"),
        ("critical", "", "blue", "orange"),
    ],
)
def test_the_harm_that_a_rule_states_goes_before_that_of_its_level(
    level: str, harm: str, at_least: str, expected: str, unit: Unit, make_hit: Make, store_and_judge: Judge
) -> None:
    store_and_judge([make_hit(1, unit.id, rule_level=level, harm=harm, at_least=at_least)])
    assert EarlyWarning.objects.get().level == expected
    stored = StoredHit.objects.get()
    assert (stored.harm, stored.at_least) == (harm, at_least)


def test_a_page_says_that_a_rule_asked_for_more_than_the_table(
    client: Client, person_of: Callable[..., Person], unit: Unit, make_hit: Make, store_and_judge: Judge
) -> None:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    client.force_login(person_of(Role.ANALYST), "django.contrib.auth.backends.ModelBackend")
    for number, at_least in enumerate(("", "red")):
        store_and_judge([make_hit(number, unit.id, at_least=at_least, asset=f"a{number}.example")])
        warning = EarlyWarning.objects.get(asset=f"a{number}.example")
        page = client.get(f"/warnings/{warning.id}/", headers={"accept-language": "en"}).content.decode()
        assert ("By the table alone</dt><dd>Yellow" in page) is bool(at_least)


def test_scan_exploit_and_shell_at_one_site_are_one_red_warning_of_it(
    unit: Unit, make_hit: Make, store_and_judge: Judge
) -> None:
    """From the lines on, by the rules that are shipped; each event alone is no red warning at this site."""
    actions.sync_builtin_packs()
    rules = queries.compiled()
    folder = next(pack.path(settings().data) for pack in queries.rules_in_force().packs if pack.name == "correlations")
    sample = json.loads((folder / "scan-exploit-shell" / "hits.jsonl").read_text().splitlines()[0])
    start, events, origins = 1_795_500_000 * 10**9, [], []
    for number, (seconds, line) in enumerate(sample["lines"]):
        at = start + seconds * 10**9
        event = parse_line(sample["kind"], line.encode(), ParseContext(ingest_time=start))
        events.append(replace(event, event_time=at))
        origins.append(Origin(at, unit.id, "", f"records.normal.0:{number}", "www.a.example", "", False, line.encode()))
    stored = actions.store_hits(list(hits_from_batch(rules.match(make_batch(events, origins)))))
    judge(stored.raising, clock.now())
    assert "red" not in set(EarlyWarning.objects.values_list("level", flat=True))
    outcomes = Engine(rules.correlations).feed(stored.correlating)
    with transaction.atomic():
        told = store_outcomes(outcomes)
        judge(told.raised, clock.now(), told.chains)
    red = EarlyWarning.objects.get(level="red")
    assert (red.threat_class, red.unit_id) == ("webshell", unit.id)
    assert red.title == "A website was scanned, exploited, and a web shell answered"
    assert EarlyWarning.objects.filter(threat_class="webshell").count() == 1, "the shell's own hit is in it"
    assert EarlyWarning.objects.exclude(state__in=FINAL).get() == red, "nobody is called for the steps any more"
    assert {part.threat_class for part in red.parts.all()} == {"scanning", "web-attack"}


def test_a_closed_matter_opens_a_new_one(unit: Unit, make_hit: Make, store_and_judge: Judge) -> None:
    store_and_judge([make_hit(1, unit.id)])
    first = EarlyWarning.objects.get()
    move(TESTER, first.id, State.CLOSED, "handled")
    store_and_judge([make_hit(2, unit.id)])
    assert sorted(EarlyWarning.objects.values_list("ordinal", "state")) == [(0, "closed"), (1, "open")]


def test_the_ladder_climbs_until_somebody_acknowledges(
    unit: Unit, make_hit: Make, store_and_judge: Judge, person_of
) -> None:  # type: ignore[no-untyped-def]
    a = person_of(Role.DUTY_OFFICER, email="a@office.example")
    b = person_of(Role.DUTY_OFFICER, Role.ANALYST, email="b@office.example")
    person_of(Role.LEADER, email="boss@office.example")
    start = clock.now()
    for person, post in ((a, "A"), (b, "B")):
        add_shift(TESTER, person, post, start - timedelta(hours=1), start + timedelta(hours=8))
    add_channel(TESTER, "m", "email", MAIL, [], "blue", "en")
    store_and_judge([make_hit(1, unit.id)])
    told = lambda: list(Delivery.objects.order_by("created_at").values_list("recipient", flat=True))  # noqa: E731
    assert told() == ["a@office.example"]
    moment = clock.to_ns(start)
    for minutes, expected in ((9, 1), (11, 2), (22, 3)):
        with clock.moved(lambda m=minutes: moment + m * 60_000_000_000):
            escalate_due()
        assert len(told()) == expected, minutes
    assert told()[1:] == ["b@office.example", "boss@office.example"]
    warning = acknowledge(TESTER, EarlyWarning.objects.get().id)
    assert warning.next_rung_at is None
    assert Deadline.objects.get().stopped_at is not None
    with clock.moved(lambda: moment + 3600_000_000_000):
        assert escalate_due() == 0


def test_without_a_roster_every_duty_officer_is_told(
    unit: Unit, make_hit: Make, store_and_judge: Judge, person_of
) -> None:  # type: ignore[no-untyped-def]
    person_of(Role.DUTY_OFFICER, email="a@office.example")
    person_of(Role.DUTY_OFFICER, Role.ANALYST, email="b@office.example")
    add_channel(TESTER, "m", "email", MAIL, [], "blue", "en")
    store_and_judge([make_hit(1, unit.id)])
    assert set(Delivery.objects.values_list("recipient", flat=True)) == {"a@office.example", "b@office.example"}


def test_every_transition_is_in_the_table_or_refused(unit: Unit, make_hit: Make, store_and_judge: Judge) -> None:
    number = 0
    for state in State.values:
        for wanted in State.values:
            number += 1
            store_and_judge([make_hit(number, unit.id, asset=f"a{number}")])
            warning = EarlyWarning.objects.get(asset=f"a{number}")
            EarlyWarning.objects.filter(id=warning.id).update(state=state, next_rung_at=None)
            if wanted in TRANSITIONS[state]:
                assert move(TESTER, warning.id, wanted, "because").state == wanted
            else:
                with pytest.raises(CannotDo):
                    move(TESTER, warning.id, wanted, "because")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a table of no rows as a whole")
@pytest.mark.parametrize("level", WarningLevel)
def test_who_climbs_is_found_by_its_own_index_however_many_warnings_are_open(level: WarningLevel) -> None:
    assert "INDEX warnings_ladder (rank=? AND next_rung_at<?)" in unanswered(level, clock.now()).explain()


def test_a_verdict_needs_a_reason(unit: Unit, make_hit: Make, store_and_judge: Judge) -> None:
    store_and_judge([make_hit(1, unit.id)])
    with pytest.raises(CannotDo, match="reason"):
        move(TESTER, EarlyWarning.objects.get().id, State.FALSE_POSITIVE, "  ")


def test_many_warnings_at_once_are_what_they_are_one_by_one(
    unit: Unit,
    make_hit: Make,
    store_and_judge: Judge,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[None]],
) -> None:
    add_channel(TESTER, "m", "email", MAIL, ["desk@office.example"], "blue", "en")
    store_and_judge([make_hit(n, unit.id, asset=f"a{n}", rule_level="medium") for n in range(5)])
    move(TESTER, EarlyWarning.objects.get(asset="a0").id, State.CLOSED, "handled")
    acknowledge(TESTER, EarlyWarning.objects.get(asset="a1").id)
    with django_assert_max_num_queries(50):
        assert store_and_judge([make_hit(n, unit.id, asset=f"a{n % 40}") for n in range(100, 200)]) == 40
    rows = EarlyWarning.objects.order_by("asset").values_list("asset", "ordinal", "state", "level", "count")
    found = {(asset, ordinal): rest for asset, ordinal, *rest in rows}
    assert len(found) == 41
    assert found["a0", 0] == ["closed", "blue", 1]
    assert found["a0", 1] == ["open", "yellow", 2]
    assert found["a1", 0] == ["acknowledged", "yellow", 3], "hits 121 and 161, and the one before"
    assert found["a39", 0] == ["open", "yellow", 3], "hits 119, 159 and 199"
    raised = AuditRow.objects.filter(verb__in=("warning.raised", "warning.level-raised"))
    assert raised.filter(verb="warning.raised").count() == 5 + 36
    assert raised.filter(verb="warning.level-raised").count() == 4
    assert Delivery.objects.filter(occasion="raised:yellow").count() == 40
    assert Deadline.objects.filter(stopped_at=None).count() == 39, (
        "a closed one's and an acknowledged one's stand still"
    )
