"""What a chain shows to be one matter is one warning."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.see.events import Hit
from fenghuo.see.rulebook import actions as rulebook
from fenghuo.warn.channels.acks import Asked
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.early_warnings.actions import CannotDo, acknowledge, escalate_due, judge, move, separate, withdraw
from fenghuo.warn.early_warnings.answered import take_on
from fenghuo.warn.early_warnings.decide import FINAL
from fenghuo.warn.early_warnings.models import Bulletin, EarlyWarning, State
from fenghuo.warn.early_warnings.queries import needs_me_now, open_by_level

pytestmark = pytest.mark.django_db
Make = Callable[..., Hit]
MAIL = {"host": "192.0.2.25", "sender": "fenghuo@office.example"}
CHAIN = {"threat_class": "webshell", "at_least": "red", "rule_title": "Scanned, exploited, taken over"}


class Attack:
    """A scan, an exploit and a shell at one site, and the result of the chain."""

    def __init__(self, unit: Unit, make: Make) -> None:
        self.unit = unit
        self.make = make
        self.scan = make(1, unit.id, threat_class="scanning", rule_level="medium")
        self.exploit = make(2, unit.id, threat_class="vulnerability-exploit")
        self.shell = make(3, unit.id, threat_class="webshell")
        self.result = make(4, unit.id, **CHAIN)

    def happens(self, *hits: Hit) -> None:
        """Store and judge these hits; the chain's result among them names the three."""
        raising = rulebook.store_hits(hits).raising
        names = {hit.hit_id for hit in (self.scan, self.exploit, self.shell)}
        judge(raising, clock.now(), {self.result.hit_id: names})

    def of(self, threat_class: str) -> EarlyWarning:
        """The last warning of a class."""
        found = EarlyWarning.objects.filter(threat_class=threat_class).order_by("-ordinal").first()
        assert found is not None
        return found


@pytest.fixture
def attack(unit: Unit, make_hit: Make) -> Attack:
    return Attack(unit, make_hit)


def waiting() -> list[str]:
    return sorted(EarlyWarning.objects.exclude(state__in=FINAL).values_list("threat_class", flat=True))


def running() -> set[str]:
    return set(Deadline.objects.filter(stopped_at=None).values_list("subject", flat=True))


def test_one_warning_stands_for_all_and_nothing_runs_for_its_parts(attack: Attack, person_of) -> None:  # type: ignore[no-untyped-def]
    add_channel(TESTER, "m", "email", MAIL, ["desk@office.example"], "blue", "en")
    attack.happens(attack.scan, attack.exploit)
    attack.happens(attack.shell)
    assert len(waiting()) == 3
    attack.happens(attack.result)
    assert waiting() == ["webshell"]
    whole = attack.of("webshell")
    assert (whole.level, whole.title, whole.count) == ("red", CHAIN["rule_title"], 2)
    assert {part.threat_class for part in whole.parts.all()} == {"scanning", "vulnerability-exploit"}
    assert whole.first_seen == attack.of("scanning").first_seen
    assert running() == {whole.subject}
    said = Delivery.objects.filter(occasion="raised:red").get()
    assert said.matter == whole.subject
    person = person_of(Role.DUTY_OFFICER)
    assert [w.id for w in needs_me_now(person)] == [whole.id]
    assert open_by_level(person) == {"red": 1}
    with clock.moved(lambda: clock.to_ns(whole.created_at + timedelta(hours=2))):
        escalate_due()
    climbed = set(AuditRow.objects.filter(verb="warning.escalated").values_list("subject", flat=True))
    assert climbed <= {whole.subject}


def test_all_at_once_tells_of_one_only(attack: Attack) -> None:
    add_channel(TESTER, "m", "email", MAIL, ["desk@office.example"], "blue", "en")
    attack.happens(attack.scan, attack.exploit, attack.shell, attack.result)
    assert waiting() == ["webshell"]
    assert [(d.matter, d.occasion) for d in Delivery.objects.all()] == [(attack.of("webshell").subject, "raised:red")]
    assert running() == {attack.of("webshell").subject}


def test_what_is_red_already_is_told_of_again_once(attack: Attack) -> None:
    add_channel(TESTER, "m", "email", MAIL, ["desk@office.example"], "blue", "en")
    first = attack.make(9, attack.unit.id, threat_class="webshell", at_least="red")
    attack.happens(first, attack.scan)
    attack.happens(attack.shell, attack.result)
    occasions = Delivery.objects.filter(matter=attack.of("webshell").subject).values_list("occasion", flat=True)
    assert set(occasions) == {"raised:red", f"joined:{attack.result.hit_id}"}


def test_the_same_again_changes_nothing(attack: Attack) -> None:
    attack.happens(attack.scan, attack.exploit, attack.shell, attack.result)
    before = list(EarlyWarning.objects.order_by("id").values())
    attack.happens(attack.scan, attack.exploit, attack.shell, attack.result)
    assert list(EarlyWarning.objects.order_by("id").values()) == before


def test_what_comes_later_goes_to_the_one_until_it_is_closed(attack: Attack) -> None:
    attack.happens(attack.scan, attack.exploit, attack.shell, attack.result)
    whole = attack.of("webshell")
    later = [attack.make(n, attack.unit.id, threat_class="scanning", rule_level="medium") for n in (11, 12, 13)]
    attack.happens(later[0], attack.make(14, attack.unit.id, threat_class="webshell"))
    whole.refresh_from_db()
    assert (whole.count, attack.of("scanning").count, waiting()) == (4, 1, ["webshell"])
    attack.happens(attack.make(15, attack.unit.id, threat_class="scanning", asset="another"))
    assert waiting() == ["scanning", "webshell"], "another site is another matter"
    move(TESTER, whole.id, State.CLOSED, "handled")
    attack.happens(later[1])
    assert attack.of("scanning").state == State.OPEN
    attack.happens(later[2])
    assert attack.of("scanning").count == 2


def test_who_has_a_part_in_hand_is_not_forgotten_and_what_was_decided_stands(attack: Attack) -> None:
    attack.happens(attack.scan, attack.exploit, attack.shell)
    acknowledge(TESTER, attack.of("scanning").id)
    move(TESTER, attack.of("vulnerability-exploit").id, State.TRIAGED, "seen on the server")
    attack.happens(attack.result)
    assert (attack.of("scanning").state, attack.of("scanning").handled_by) == (State.JOINED, TESTER.name)
    assert attack.of("vulnerability-exploit").state == State.TRIAGED


def test_what_units_were_told_of_stands_by_itself(attack: Attack) -> None:
    attack.happens(attack.scan, attack.exploit, attack.shell)
    told = Bulletin.objects.create(created_by="x", created_at=clock.now())
    told.warnings.add(attack.of("scanning"))
    attack.happens(attack.result)
    assert waiting() == ["scanning", "webshell"]


def test_other_units_and_exercises_are_other_matters(attack: Attack) -> None:
    drill = attack.make(1, attack.unit.id, threat_class="scanning", rule_level="medium", exercise=True)
    attack.happens(drill, attack.shell, attack.result)
    assert waiting() == ["scanning", "webshell"]


def test_a_result_that_did_not_hold_lets_its_parts_go(attack: Attack) -> None:
    attack.happens(attack.scan, attack.exploit, attack.shell)
    acknowledge(TESTER, attack.of("scanning").id)
    attack.happens(attack.result)
    withdraw([attack.result.hit_id], clock.now())
    assert (attack.of("scanning").state, attack.of("vulnerability-exploit").state) == (State.ACKNOWLEDGED, State.OPEN)
    exploit = attack.of("vulnerability-exploit")
    assert exploit.joined_to is None
    assert exploit.next_rung_at is not None
    assert exploit.subject in running()


def test_a_person_takes_a_part_out_for_good(attack: Attack) -> None:
    attack.happens(attack.scan, attack.exploit, attack.shell, attack.result)
    part = attack.of("scanning")
    with pytest.raises(CannotDo, match="reason"):
        separate(TESTER, part.id, " ")
    with pytest.raises(CannotDo, match="state"):
        separate(TESTER, attack.of("webshell").id, "why")
    assert separate(TESTER, part.id, "a scan that the unit ordered").state == State.ACKNOWLEDGED
    row = AuditRow.objects.get(verb="warning.separated")
    assert "a scan that the unit ordered" in row.detail
    again = attack.make(20, attack.unit.id, **CHAIN)
    judge(rulebook.store_hits([again]).raising, clock.now(), {again.hit_id: {attack.scan.hit_id}})
    assert attack.of("scanning").state == State.ACKNOWLEDGED


def test_the_whole_is_no_lower_than_its_parts(attack: Attack) -> None:
    grave = attack.make(30, attack.unit.id, threat_class="data-theft", at_least="orange")
    mild = attack.make(31, attack.unit.id, threat_class="scanning", rule_level="medium")
    judge(rulebook.store_hits([grave]).raising, clock.now())
    judge(rulebook.store_hits([mild]).raising, clock.now(), {mild.hit_id: {grave.hit_id}})
    assert (attack.of("scanning").level, waiting()) == ("orange", ["scanning"])


def test_a_chain_of_chains_is_one_matter_in_whatever_order(attack: Attack) -> None:
    attack.happens(attack.scan, attack.exploit, attack.shell, attack.result)
    outer = attack.make(40, attack.unit.id, threat_class="data-theft", at_least="red")
    judge(rulebook.store_hits([outer]).raising, clock.now(), {outer.hit_id: {attack.result.hit_id}})
    assert waiting() == ["data-theft"]
    assert attack.of("data-theft").parts.count() == 3
    later = attack.make(41, attack.unit.id, threat_class="scanning", rule_level="medium")
    attack.happens(later)
    assert attack.of("data-theft").count == 2


def test_an_answer_to_the_message_of_a_part_takes_the_whole_on(attack: Attack, person_of) -> None:  # type: ignore[no-untyped-def]
    person = person_of(Role.DUTY_OFFICER)
    attack.happens(attack.scan, attack.exploit, attack.shell, attack.result)
    asked = Asked(f"person:{person.pk}", person.name, attack.of("scanning").subject, "t", True)
    assert take_on(asked, "192.0.2.9") == "acknowledged"
    assert attack.of("webshell").handled_by == person.name


def test_pages_show_parts_and_whole_and_take_a_part_out(
    attack: Attack, client: Client, person_of: Callable[..., Person]
) -> None:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    attack.happens(attack.scan, attack.exploit, attack.shell, attack.result)
    whole, part = attack.of("webshell"), attack.of("scanning")
    client.force_login(person_of(Role.DUTY_OFFICER), "django.contrib.auth.backends.ModelBackend")

    def page(warning: EarlyWarning) -> str:
        return client.get(f"/warnings/{warning.id}/", headers={"accept-language": "en"}).content.decode()

    assert f"/warnings/{part.id}/" in page(whole)
    assert "One matter" in page(whole)
    assert f'/warnings/{whole.id}/"' in page(part)
    url = f"/warnings/{part.id}/separate/"
    assert f'action="{url}"' in page(part)
    client.post(url, {"reason": ""})
    assert attack.of("scanning").state == State.JOINED
    client.post(url, {"reason": "ordered by the unit"})
    assert attack.of("scanning").state == State.ACKNOWLEDGED
    assert "Taken out of another warning" in page(part)
    client.force_login(person_of(Role.OBSERVER), "django.contrib.auth.backends.ModelBackend")
    assert client.post(url, {"reason": "x"}).status_code in {403, 404}
