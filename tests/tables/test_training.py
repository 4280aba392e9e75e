"""Training: who came, quizzes that keep results and no answers, certificates without a gap, sheets taken whole or not at all."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests.tables.performance_world import at, project
from tests.tables.training_world import (
    AGENCY,
    BANK,
    OFFICE,
    RIGHT,
    WRONG,
    course,
    passed,
    quiz,
    session,
    slips,
    unit_of,
)

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.actions import set_contact
from fenghuo.base.units.models import Unit
from fenghuo.report.performance.measured import Measured
from fenghuo.report.performance.measures import measure
from fenghuo.report.performance.queries import span_of
from fenghuo.report.training import actions, certificates, queries, quizzes, remind
from fenghuo.report.training.decide import Refused, Verb, mark, months_later, reached, shuffled
from fenghuo.report.training.models import Attendance, CertifiedBy
from fenghuo.report.training.paper_models import Certificate, CertificateNudge
from fenghuo.report.training.participant_sheet import Entered
from fenghuo.report.training.quiz_models import QuizSlip
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery

pytestmark = pytest.mark.django_db


def refusal(does: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        does()
    return refused.value.code


def test_a_session_is_held_when_of_everybody_is_said_whether_they_came() -> None:
    one = session(course(), ("甲",), {"乙": ""}, held=False)
    assert refusal(lambda: actions.move(OFFICE, one.id, Verb.HOLD)) == "undecided"
    second = one.participants.get(name="乙")
    actions.note_attendance(OFFICE, one.id, {second.pk: Attendance.EXCUSED}, registered=[])
    held = actions.move(OFFICE, one.id, Verb.HOLD)
    counts = queries.counts([held])[held.id]
    assert (counts.listed, counts.registered, counts.present, counts.excused) == (2, 1, 1, 1)
    assert refusal(lambda: actions.note_attendance(OFFICE, one.id, {second.pk: Attendance.PRESENT})) == "state"
    assert refusal(lambda: actions.move(OFFICE, one.id, Verb.REOPEN)) == "why"
    actions.move(OFFICE, one.id, Verb.REOPEN, "漏记一人")
    actions.add_participant(OFFICE, one.id, Entered(unit_of().id, "丙", "", True, Attendance.PRESENT))
    assert actions.move(OFFICE, one.id, Verb.HOLD).state == "held"


def test_a_list_does_not_open_again_under_slips_and_certificates() -> None:
    slip = passed()
    assert refusal(lambda: actions.move(OFFICE, slip.quiz.session_id, Verb.REOPEN, "改名单")) == "papers"
    other = session(course("出席即发证", CertifiedBy.PRESENT))
    certificates.issue(OFFICE, other.id, AGENCY)
    assert refusal(lambda: actions.move(OFFICE, other.id, Verb.REOPEN, "改名单")) == "papers"


def test_only_units_that_are_invited_send_persons_and_no_identity_number_is_taken() -> None:
    one, stranger = session(course(), held=False), unit_of("stranger")
    for entered, code in (
        (Entered(stranger.id, "丁"), "unit"),
        (Entered(unit_of().id, "丁", "110101199003074514"), "identity"),
        (Entered(unit_of().id, " "), "name"),
        (Entered(unit_of().id, "甲", "干部"), "exists"),
    ):
        assert refusal(lambda entered=entered: actions.add_participant(OFFICE, one.id, entered)) == code  # type: ignore[misc]


def test_everybody_has_an_order_of_their_own_that_stays() -> None:
    assert shuffled("a|1", 8) == shuffled("a|1", 8) == [3, 4, 1, 0, 7, 6, 5, 2], "as sha256sum says"
    orders = {tuple(shuffled(f"q|{person}", 4)) for person in range(200)}
    assert len(orders) == 24, "every order of four comes up among two hundred persons"
    made = quiz(session(course(), [f"人{n}" for n in range(12)]))
    slips(made)
    seen = {}
    for slip in made.slips.all():
        paper = queries.paper_of(slip)
        assert queries.paper_of(slip) == paper
        assert sorted(one.number for one in paper) == [1, 2, 3]
        assert all(sorted(place for place, _text in one.choices) == list(range(len(one.choices))) for one in paper)
        seen[slip.pk] = [(one.number, one.choices) for one in paper]
    assert len({str(order) for order in seen.values()}) > 6


def test_a_lost_slip_gets_another_link_and_keeps_order_and_tries() -> None:
    made = quiz(session(course()))
    token = slips(made)["甲"]
    slip = quizzes.answer(token, 1, WRONG).slip
    before = queries.paper_of(slip)
    [(again, fresh)] = quizzes.give_out(OFFICE, made.id, anew=[slip.participant_id])
    assert queries.by_token(token) is None
    assert refusal(lambda: quizzes.answer(token, 2, RIGHT)) == "unknown"
    assert queries.paper_of(again) == before
    assert refusal(lambda: quizzes.answer(fresh, 1, RIGHT)) == "twice"
    assert quizzes.answer(fresh, 2, RIGHT).slip.passed


def test_tries_are_counted_and_the_best_one_stays() -> None:
    made = quiz(session(course()), pass_points=80, tries=3)
    token = slips(made)["甲"]
    first = quizzes.answer(token, 1, {**RIGHT, 1: [0]})
    assert (first.marked.points, first.slip.passed, first.over) == (60, False, False)
    assert refusal(lambda: quizzes.answer(token, 1, RIGHT)) == "twice", "a form that is sent twice is one try"
    second = quizzes.answer(token, 2, WRONG)
    assert (second.marked.points, second.slip.points) == (0, 60)
    third = quizzes.answer(token, 3, {**RIGHT, 3: [0]})
    assert (third.slip.points, third.slip.passed, third.slip.tries, third.over) == (80, True, 3, True)
    assert refusal(lambda: quizzes.answer(token, 4, RIGHT)) == "over"


def test_who_passed_needs_no_further_try() -> None:
    made = quiz(session(course()))
    token = slips(made)["乙"]
    assert quizzes.answer(token, 1, RIGHT).over
    assert refusal(lambda: quizzes.answer(token, 2, WRONG)) == "over"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({1: [1], 2: [0, 2]}, "unanswered"),
        ({**RIGHT, 1: [4]}, "choice"),
        ({**RIGHT, 1: [0, 1]}, "choice"),
        ({**RIGHT, 3: [2]}, "choice"),
    ],
)
def test_a_try_that_is_none_leaves_the_slip_as_it_was(given: dict[int, list[int]], code: str) -> None:
    made = quiz(session(course()))
    token = slips(made)["甲"]
    assert refusal(lambda: quizzes.answer(token, 1, given)) == code
    assert not QuizSlip.objects.exclude(tries=0).exists()
    assert set(made.questions.values_list("answered", flat=True)) == {0}


def test_a_question_of_several_has_all_of_its_points_or_none() -> None:
    asked = dict(enumerate(BANK, 1))
    assert mark(asked, {**RIGHT, 2: [0]}).points == 60
    assert mark(asked, {**RIGHT, 2: [0, 1, 2]}).points == 60
    assert mark(asked, {**RIGHT, 2: [2, 0]}).points == 100


def test_the_time_window_is_held() -> None:
    now = clock.now()
    one = session(course())
    numbers = list(one.course.bank.values_list("id", flat=True))
    opens, closes = now + timedelta(hours=1), now + timedelta(hours=2)
    made = quizzes.make(OFFICE, one.id, quizzes.WantedQuiz(numbers, 60, 2, opens, closes))
    token = slips(made)["甲"]
    for moment, code in ((now, "early"), (closes, "closed"), (closes + timedelta(days=1), "closed")):
        with clock.moved(lambda moment=moment: clock.to_ns(moment)):  # type: ignore[misc]
            assert refusal(lambda: quizzes.answer(token, 1, RIGHT)) == code
    with clock.moved(lambda: clock.to_ns(closes - timedelta(seconds=1))):
        assert quizzes.answer(token, 1, RIGHT).slip.passed


def test_a_quiz_changes_until_slips_are_out_and_ends_later_after_that() -> None:
    made = quiz(session(course()))

    def wanted(points: int, tries: int, days: int) -> quizzes.WantedQuiz:
        return quizzes.WantedQuiz((), points, tries, made.opens_at, made.opens_at + timedelta(days=days))

    assert quizzes.change(OFFICE, made.id, wanted(80, 3, 5)).pass_points == 80
    assert refusal(lambda: quizzes.change(OFFICE, made.id, wanted(101, 3, 5))) == "pass"
    slips(made)
    for rules in (wanted(70, 3, 5), wanted(80, 4, 5), wanted(80, 3, 4)):
        assert refusal(lambda rules=rules: quizzes.change(OFFICE, made.id, rules)) == "given-out"  # type: ignore[misc]
    later = quizzes.change(OFFICE, made.id, wanted(80, 3, 9))
    assert later.closes_at == made.opens_at + timedelta(days=9)


def test_a_session_changes_while_it_is_planned_and_keeps_units_whose_persons_are_listed() -> None:
    one, other = session(course(), held=False), unit_of("other")
    tomorrow = actions.today() + timedelta(days=1)

    def wanted(*units: Unit) -> actions.WantedSession:
        return actions.WantedSession(tomorrow, "五楼", "王老师", units)

    assert refusal(lambda: actions.change_session(OFFICE, one.id, wanted(other))) == "listed"
    changed = actions.change_session(OFFICE, one.id, wanted(unit_of(), other))
    assert (changed.on, changed.place, changed.units.count()) == (tomorrow, "五楼", 2)
    assert refusal(lambda: actions.move(OFFICE, one.id, Verb.HOLD)) == "early"
    held = session(course("二"))
    assert refusal(lambda: actions.change_session(OFFICE, held.id, wanted(unit_of()))) == "state"


def test_nothing_stored_leads_from_a_result_to_a_single_answer() -> None:
    made = quiz(session(course(), [f"人{n}" for n in range(6)]))
    tokens = slips(made)
    for name, token in tokens.items():
        quizzes.answer(token, 1, RIGHT if name != "人3" else WRONG)
    assert quizzes.answer(tokens["人3"], 2, RIGHT).slip.passed
    columns = {field.name for field in QuizSlip._meta.get_fields()}
    assert columns == {"id", "quiz", "participant", "hashed", "tries", "points", "passed", "answered_at"}
    with connection.cursor() as cursor:
        tables = {name for name in connection.introspection.table_names(cursor) if name.startswith("training_")}
        sums = [c.name for c in connection.introspection.get_table_description(cursor, "training_quizquestion")]
    assert tables == {
        "training_course", "training_material", "training_trainingsession", "training_trainingsession_units",
        "training_participant", "training_bankquestion", "training_quiz", "training_quizquestion", "training_quizslip",
        "training_certificateseries", "training_certificate", "training_credential", "training_revocation",
        "training_certificatenudge",
    }  # fmt: skip
    assert sorted(sums) == sorted(
        ["id", "kind", "text", "choices", "right", "points", "number", "answered", "answered_rightly", "quiz_id"]
    )
    rows = AuditRow.objects.filter(verb="quiz.answered")
    assert {(row.actor_id, row.address, str(row.detail)) for row in rows} == {("quiz", "", "{}")}
    told = str(list(AuditRow.objects.values_list("detail", "subject")))
    assert not any(token in told for token in tokens.values())
    assert made.questions.get(number=1).answered_rightly == 5
    assert set(made.questions.values_list("answered", flat=True)) == {6}, "first tries only"


def test_sums_of_questions_are_hidden_below_five_persons() -> None:
    made = quiz(session(course(), [f"人{n}" for n in range(5)]))
    tokens = list(slips(made).values())
    for token in tokens[:4]:
        quizzes.answer(token, 1, RIGHT)
    assert queries.quiz_result(made).hidden
    quizzes.answer(tokens[4], 1, WRONG)
    found = queries.quiz_result(made)
    assert (found.hidden, found.slips, found.answered, found.passed, found.whole) == (False, 5, 5, 4, 100)


def test_certificates_go_to_who_earned_them_once_and_numbers_run() -> None:
    made = quiz(session(course(), ("甲", "乙", "丙"), {"丁": Attendance.ABSENT}))
    tokens = slips(made)
    assert "丁" not in tokens
    quizzes.answer(tokens["甲"], 1, RIGHT)
    quizzes.answer(tokens["乙"], 1, WRONG)
    year = actions.today().year
    issued = certificates.issue(OFFICE, made.session_id, AGENCY)
    assert [(one.holder, one.text) for one in issued] == [("甲", f"{year}-0001")]
    assert refusal(lambda: certificates.issue(OFFICE, made.session_id, AGENCY)) == "nobody"
    quizzes.answer(tokens["乙"], 2, RIGHT)
    assert [one.text for one in certificates.issue(OFFICE, made.session_id, AGENCY)] == [f"{year}-0002"]
    by_presence = session(course("出席即发证", CertifiedBy.PRESENT, None), ("戊",), {"己": Attendance.EXCUSED})
    [third] = certificates.issue(OFFICE, by_presence.id, AGENCY)
    assert (third.holder, third.text, third.valid_until) == ("戊", f"{year}-0003", None)


def test_what_is_rolled_back_took_no_number() -> None:
    one = session(course("出席即发证", CertifiedBy.PRESENT))

    def fails() -> None:
        with transaction.atomic():
            certificates.issue(OFFICE, one.id, AGENCY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert [c.number for c in certificates.issue(OFFICE, one.id, AGENCY)] == [1, 2]


def test_a_certificate_is_checked_by_number_and_code_and_tells_nothing_of_its_holder() -> None:
    slip = passed("张三")
    [made] = certificates.issue(OFFICE, slip.quiz.session_id, AGENCY)
    code = certificates.code_of(made)
    assert len(code) == 10
    found = certificates.check(made.text, f" {code[:5]}-{code[5:].lower()} ")
    assert found is not None
    assert (found.valid, found.course, found.holder) == (True, "课程张三", None)
    assert "张三" not in str((found.valid, found.on, found.valid_until))
    assert certificates.check(made.text, code, "张 三").holder is True  # type: ignore[union-attr]
    assert certificates.check(made.text, code, "李四").holder is False  # type: ignore[union-attr]
    assert certificates.check(made.text, code[:-1] + "0") is None
    assert certificates.check("2026-9999", code) is None
    assert certificates.check(made.text, "") is None
    certificates.revoke(OFFICE, made, "替考")
    assert certificates.check(made.text, code).valid is False  # type: ignore[union-attr]
    assert refusal(lambda: certificates.revoke(OFFICE, made, "再次")) == "revoked"
    of = slip.quiz.session_id
    assert refusal(lambda: certificates.issue(OFFICE, of, AGENCY)) == "nobody", "nobody gets another one unasked"
    second = certificates.issue(OFFICE, of, AGENCY, again=[slip.participant_id])
    assert [c.number for c in second] == [2], "a number is not given again"
    assert refusal(lambda: certificates.issue(OFFICE, of, AGENCY, again=[slip.participant_id])) == "nobody"


def test_a_certificate_ends_with_its_last_day() -> None:
    [made] = certificates.issue(OFFICE, passed().quiz.session_id, AGENCY)
    assert made.valid_until == months_later(actions.today(), 24) - timedelta(days=1)
    code, end = certificates.code_of(made), certificates.end_of(made.valid_until)
    for moment, valid in ((end - timedelta(seconds=1), True), (end, False)):
        with clock.moved(lambda moment=moment: clock.to_ns(moment)):  # type: ignore[misc]
            assert certificates.check(made.text, code).valid is valid  # type: ignore[union-attr]


def test_certificates_are_not_changed_or_removed_even_past_the_verbs() -> None:
    [made] = certificates.issue(OFFICE, passed().quiz.session_id, AGENCY)
    certificates.revoke(OFFICE, made, "替考")
    for does in (
        lambda: Certificate.objects.update(holder="李四"),
        lambda: made.revocation._meta.model.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            does()


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 26), 24, date(2028, 11, 26)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 11, 15), 1, date(2026, 12, 15)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def test_which_distance_has_come() -> None:
    assert [reached(days) for days in (61, 60, 45, 30, 1, 0, -3)] == [None, 60, 60, 30, 30, 0, 0]


def test_many_at_once_leave_no_gap_no_double_and_one_result_for_one_try(tmp_path: Path) -> None:
    """In a process of its own: threads need rows that other connections see, and rows of the audit trail can't be flushed."""
    script = Path(__file__).with_name("training_at_once.py")
    done = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert sorted(said["numbers"]) == list(range(1, 49)), "two persons in each of twenty-four sessions"
    assert said["failed"] >= 24
    assert said["trail"]
    assert (said["taken"], said["tries"], said["sums"]) == ([1], 1, [1]), said
    assert said["refused"] == ["twice"] * 11


def test_somebody_is_told_before_a_certificate_ends_and_when_it_has(person_of: Callable[..., Person]) -> None:
    person_of(Role.LEADER, email="leader@office.example")
    mail = {"host": "192.0.2.25", "sender": "f@office.example"}
    add_channel(OFFICE, "mail", "email", mail, [], "blue", "en")
    issued = certificates.issue(OFFICE, session(course("出席即发证", CertifiedBy.PRESENT, 12)).id, AGENCY)
    gone = certificates.issue(OFFICE, session(course("已撤销", CertifiedBy.PRESENT, 12), ("丙",)).id, AGENCY)[0]
    certificates.revoke(OFFICE, gone, "替考")
    end = certificates.end_of(issued[0].valid_until or actions.today())
    told = []
    for before in (61, 59, 58, 29, 1, 0, -1):
        moment = end - timedelta(days=before)
        with clock.moved(lambda moment=moment: clock.to_ns(moment)):  # type: ignore[misc]
            told.append(remind.remind_due())
    assert told == [0, 1, 0, 1, 0, 1, 0], "one message for both, once for each distance"
    assert CertificateNudge.objects.count() == 6
    assert Deadline.objects.filter(kind=certificates.EXPIRY, stopped_at=None).count() == 0
    bodies = " ".join(Delivery.objects.values_list("text", flat=True))
    assert issued[0].text in bodies
    assert gone.text not in bodies


def test_indicators_count_training_by_sessions_units_and_quizzes() -> None:
    of = project(year=2027)
    row = of.indicators.get(code="activities")

    def value(key: str) -> Measured:
        row.measure = key
        return measure(row, span_of(of))

    keys = ("trainings", "trained-persons", "units-trained", "pass-rate")
    assert all(value(key).none == "no-records" for key in keys)
    first, second, third = unit_of("a"), unit_of("b"), unit_of("c")
    set_contact(OFFICE, first, "甲", "", "", deputy=False)
    set_contact(OFFICE, second, "丁", "", "", deputy=True)
    with at(3, 1, 9):
        one = session(course("一"), ("甲", "乙"), {"丁": Attendance.PRESENT, "戊": Attendance.ABSENT}, (first, second))
        made = quiz(one)
        tokens = slips(made)
        quizzes.answer(tokens["甲"], 1, RIGHT)
        quizzes.answer(tokens["乙"], 1, WRONG)
    with at(4, 1, 9):
        two = session(course("二"), ("甲", "己"), units=(first, third))
        quizzes.answer(slips(quiz(two, days=30))["甲"], 1, RIGHT)
        planned = session(course("三"), ("庚",), units=(first,), held=False)
    with at(4, 2, 9):
        assert value("trainings").value == 2
        people = value("trained-persons")
        assert (people.value, people.beside) == (Decimal(4), (("person-times", "5"),))
        assert [(record.kind, record.id, record.part) for record in people.rows] == [
            ("training", one.id, "3/3"),
            ("training", two.id, "1/2"),
        ]
        units = value("units-trained")
        assert (units.numerator, units.denominator) == (Decimal(1), Decimal(3)), (
            "丁 came for another unit than the own one"
        )
        assert units.beside == (("without-contact", "1"),)
        assert {record.text: record.part for record in units.rows}[first.name] == "counted"
        rate = value("pass-rate")
        assert (rate.numerator, rate.denominator, rate.value) == (Decimal(1), Decimal(2), Decimal(50))
        assert rate.beside == (("unanswered", "1"),), "the quiz of April still runs"
        assert not any(name in str((people, units, rate)) for name in ("甲", "乙", "丁"))
    actions.move(OFFICE, planned.id, Verb.CANCEL, "改期")
    with at(5, 2, 9):
        assert value("pass-rate").value == Decimal("66.666667")
