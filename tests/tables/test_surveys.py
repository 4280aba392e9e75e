"""Surveys: one answer for each slip, no way back to a person, small samples hidden or marked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from tests.tables.performance_world import at, project
from tests.tables.survey_world import OFFICE, QUESTIONS, survey

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.faces.console.models import SiteProfile
from fenghuo.report.performance.measures import measure
from fenghuo.report.performance.queries import span_of
from fenghuo.report.surveys import actions, queries
from fenghuo.report.surveys.decide import Refused, questions_of
from fenghuo.report.surveys.models import Survey, SurveyToken, Tally

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_role(person_of: Callable[..., Person], client: Client) -> Callable[[Role], Client]:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())

    def sign_in(role: Role) -> Client:
        client.force_login(person_of(role), "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def said(timely: int, channel: int, useful: int, text: str = "") -> dict[int, str]:
    return {1: str(timely), 2: str(channel), 3: text, 4: str(useful)}


def test_a_slip_answers_once_and_only_the_sums_grow() -> None:
    one = survey()
    tokens = actions.give_out(OFFICE, one.id, 6)
    for number, token in enumerate(tokens):
        actions.answer(token, said(1 + number % 5, 0, 4, f"意见{9 - number}"))
        with pytest.raises(Refused) as refused:
            actions.answer(token, said(5, 0, 5))
        assert refused.value.code == "used"
    one.refresh_from_db()
    found = queries.result(one)
    assert (found.given_out, found.answers, found.small, found.hidden) == (6, 6, True, False)
    first, channel, text, useful = found.questions
    assert first.counts == {1: 2, 2: 1, 3: 1, 4: 1, 5: 1}
    assert first.scale is not None
    assert (first.scale.mean, first.scale.satisfied) == (Decimal("2.67"), Decimal("33.33"))
    assert channel.counts == {0: 6, 1: 0, 2: 0}
    assert useful.counts[4] == 6
    assert found.satisfied == (8, 12)
    assert list(text.comments) == sorted(f"意见{number}" for number in range(4, 10)), "in the order of the alphabet"


@pytest.mark.parametrize(
    ("given", "code", "detail"),
    [
        ({}, "unanswered", "1"),
        ({1: "6", 2: "0", 4: "1"}, "option", "1"),
        ({1: "0", 2: "0", 4: "1"}, "option", "1"),
        ({1: "5", 2: "3", 4: "1"}, "option", "2"),
        ({1: "5", 2: "x", 4: "1"}, "option", "2"),
        ({1: "5", 2: "1"}, "unanswered", "4"),
    ],
)
def test_an_answer_that_is_none_leaves_the_slip_as_it_was(given: dict[int, str], code: str, detail: str) -> None:
    [token] = actions.give_out(OFFICE, survey().id, 1)
    with pytest.raises(Refused) as refused:
        actions.answer(token, given)
    assert (refused.value.code, refused.value.detail) == (code, detail)
    assert not SurveyToken.objects.filter(used=True).exists()
    assert not Tally.objects.filter(count__gt=0).exists()


def test_nothing_stored_leads_from_an_answer_to_a_slip() -> None:
    one = survey()
    tokens = actions.give_out(OFFICE, one.id, 30)
    assert list(SurveyToken.objects.values_list("hashed", flat=True).order_by("pk")) == sorted(
        queries.hashed(token) for token in tokens
    )
    actions.answer(tokens[7], said(5, 1, 5, "好"))
    row = SurveyToken.objects.get(used=True)
    assert {field.name for field in row._meta.get_fields()} == {"hashed", "survey", "used"}
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith("surveys_")]
        columns = {
            name: [c.name for c in connection.introspection.get_table_description(cursor, name)] for name in tables
        }
    assert set(tables) == {"surveys_survey", "surveys_question", "surveys_tally", "surveys_surveytoken"}
    assert columns["surveys_tally"] == ["id", "option", "count", "question_id"]
    audit = AuditRow.objects.get(verb="survey.answered")
    assert (audit.actor_id, audit.address, str(audit.detail)) == ("survey", "", "{}")
    assert not any(token in str(list(AuditRow.objects.values_list("detail", "subject"))) for token in tokens)


def test_few_answers_are_not_shown_and_a_small_sample_is_marked(as_role: Callable[[Role], Client]) -> None:
    one, client = survey(), as_role(Role.LEADER)
    tokens = actions.give_out(OFFICE, one.id, 40)
    url = f"/surveys/{one.id}/"
    for number, words in ((4, "shown from 5 answers on"), (5, "small sample"), (30, "answers of 4 and 5, of all")):
        while SurveyToken.objects.filter(used=True).count() < number:
            actions.answer(tokens.pop(), said(5, 0, 1, "很好"))
        page = client.get(url).content.decode()
        assert words in page
        assert ("很好" in page) == (number >= 5)
    assert "50.00" in page


def test_the_page_behind_a_slip(as_role: Callable[[Role], Client]) -> None:
    one = survey()
    office = as_role(Role.ANALYST)
    sheet = office.post(f"/surveys/{one.id}/slips/", {"many": "3"})
    page = sheet.content.decode()
    assert page.count("<svg") == 3
    token = page.split("/s/")[1].split("/")[0]
    stranger = Client()
    shown = stranger.get(f"/s/{token}/")
    assert shown.status_code == 200
    assert "通报是否及时" in shown.content.decode()
    assert len(shown.content) < 200_000
    assert not SurveyToken.objects.filter(used=True).exists(), "looking uses nothing up"
    refused = stranger.post(f"/s/{token}/", {"q1": "5", "q2": "1"})
    assert refused.status_code == 200, "the log names the address of every other status"
    assert "Question 4 is not answered yet" in refused.content.decode()
    assert 'value="5" checked' in refused.content.decode()
    assert "Thank you" in stranger.post(f"/s/{token}/", {"q1": "5", "q2": "1", "q4": "4"}).content.decode()
    assert "used already" in stranger.get(f"/s/{token}/").content.decode()
    assert "used already" in stranger.post(f"/s/{token}/", {"q1": "5", "q2": "1", "q4": "4"}).content.decode()
    assert stranger.get("/s/nothing/").status_code == 404
    assert office.post(f"/surveys/{one.id}/slips/", {"many": "9999"}).status_code == 200
    assert one.tokens.count() == 3


@pytest.mark.parametrize("public", ["", "https://fenghuo.office.example/"])
def test_links_on_slips_are_whole_and_the_page_says_where_they_lead(
    as_role: Callable[[Role], Client], monkeypatch: pytest.MonkeyPatch, public: str
) -> None:
    known = replace(settings(), public_url=public)
    monkeypatch.setattr("fenghuo.faces.console.addresses.settings", lambda: known)
    one, office = survey(), as_role(Role.ANALYST)
    base = public.rstrip("/") or "http://testserver"
    slips = office.post(f"/surveys/{one.id}/slips/", {"many": "2"}).content.decode()
    assert slips.count(f"<small>{base}/s/") == 2
    page = office.get(f"/surveys/{one.id}/").content.decode()
    assert ("The links will begin with http://testserver, " in page) == (not public)


def test_after_its_end_nothing_is_taken(as_role: Callable[[Role], Client]) -> None:
    one = survey()
    tokens = actions.give_out(OFFICE, one.id, 2)
    client = as_role(Role.LEADER)
    client.post(f"/surveys/{one.id}/close/")
    assert Survey.objects.get().closed_at is not None
    with pytest.raises(Refused) as refused:
        actions.answer(tokens[0], said(5, 0, 5))
    assert refused.value.code == "closed"
    assert "has ended" in Client().get(f"/s/{tokens[0]}/").content.decode()
    other = survey()
    [token] = actions.give_out(OFFICE, other.id, 1)
    later = clock.now() + timedelta(days=9)
    with clock.moved(lambda: clock.to_ns(later)), pytest.raises(Refused):
        actions.answer(token, said(5, 0, 5))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "none"),
        ("填空：x", "scale"),
        ("评分：a\n选择：b | c", "line"),
        ("评分：a\n选择：b | c | c", "line"),
        ("评分：a | b", "line"),
        ("怎么样？", "line"),
        ("\n".join(["评分：a"] * 31), "many"),
    ],
)
def test_questions_that_are_none_are_named_by_their_line(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        questions_of(text)
    assert refused.value.code == code


def test_questions_in_either_language() -> None:
    assert [one.kind for one in questions_of(QUESTIONS)] == ["scale", "choice", "text", "scale"]
    assert questions_of("scale: a\nChoice: b | c | d")[1].choices == ("c", "d")


def test_who_may_see_and_write(as_role: Callable[[Role], Client]) -> None:
    one = survey()
    for role, sees, writes in ((Role.INSPECTOR, 200, 403), (Role.FINANCE_CLERK, 403, 403), (Role.ANALYST, 200, 200)):
        client = as_role(role)
        assert client.get(f"/surveys/{one.id}/").status_code == sees
        assert client.get("/surveys/new/").status_code == writes


def test_the_indicator_counts_surveys_that_ended_and_shows_sums_only() -> None:
    of = project(year=2027)
    row = of.indicators.get(code="satisfaction")
    assert measure(row, span_of(of)).none
    row.measure = "satisfaction"
    with at(3, 1, 9):
        one, few, still = survey(), survey(), survey()
        for of_survey, many in ((one, 8), (few, 4), (still, 9)):
            for number, token in enumerate(actions.give_out(OFFICE, of_survey.id, many)):
                actions.answer(token, said(5 if number % 4 else 2, 0, 3, "意见"))
        for ended in (one, few):
            actions.close(OFFICE, ended.id)
    with at(3, 2, 9):
        found = measure(row, span_of(of))
    assert (found.numerator, found.denominator, found.value) == (Decimal(6), Decimal(16), Decimal("37.5"))
    assert [(record.kind, record.id, record.part) for record in found.rows] == [("survey", one.id, "6/16")]
    assert found.beside == (("small-sample", "8"),)
    assert "意见" not in str(found)
