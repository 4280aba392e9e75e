"""Many units out of a list: tick boxes under kinds, ticks for all and for a kind that work without script."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client
from tests.tables.conftest import TESTER
from tests.tables.test_bulletins import BACKEND, WORDS

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.units.actions import save_unit
from fenghuo.base.units.models import Unit, UnitKind
from fenghuo.faces.console.choosing import Ticks, UnitsField, grouped
from fenghuo.warn.early_warnings.models import BulletinVersion

pytestmark = pytest.mark.django_db


class Asked(forms.Form):
    """A form as pages have it, with a field that a unit's contact may see a part of only."""

    to = UnitsField(queryset=Unit.objects.all())
    letters = forms.MultipleChoiceField(widget=Ticks, required=False, choices=[("a", "A"), ("b", "B")])


def sent(query: str) -> Asked:
    return Asked(QueryDict(query))


@pytest.fixture
def county(unit: Unit, other_unit: Unit, moved_units: list[Unit]) -> dict[str, Unit]:
    return {one.code: one for one in (unit, other_unit, *moved_units)}


@pytest.fixture
def moved_units(db: None) -> list[Unit]:
    return [save_unit(TESTER, Unit(code=f"school-{n}", name=f"第{n}中学", kind=UnitKind.SCHOOL)) for n in "12"]


def test_ticks_one_by_one_by_kind_and_all(county: dict[str, Unit]) -> None:
    def codes(query: str) -> set[str]:
        form = sent(query)
        assert form.is_valid(), form.errors
        return {one.code for one in form.cleaned_data["to"]}

    schools = {"school-1", "school-2"}
    edu = county["edu"].id
    assert codes(f"to={edu}") == {"edu"}
    assert codes(f"to={edu}&to-group=school") == {"edu", *schools}
    assert codes("to-group=school&to-group=department") == set(county)
    assert codes("to-all=1") == set(county)
    assert codes(f"to-group=prison&to={edu}") == {"edu"}, "a kind that is none adds nothing"
    assert not sent("to-group=hospital").is_valid(), "no unit is a hospital"
    assert not sent("to=nobody").is_valid()
    assert not sent("").is_valid()
    assert sent(f"to={edu}&letters-all=1").data.getlist("letters") == []
    form = sent(f"to={edu}&letters-all=1")
    assert form.is_valid()
    assert form.cleaned_data["letters"] == ["a", "b"]


def test_what_is_chosen_by_kind_is_ticked_one_by_one_when_the_form_comes_back(county: dict[str, Unit]) -> None:
    page = str(sent("to-group=school&letters=z")["to"])
    assert page.count("checked") == 2
    assert 'data-also="school-1"' in page, "the filter finds a unit by its code too"
    assert page.index("Departments") < page.index("Schools")
    assert "Hospitals" not in page


def test_only_the_units_of_the_field_can_be_taken_by_all(county: dict[str, Unit]) -> None:
    form = Asked(QueryDict("to-all=1"))
    field = form.fields["to"]
    assert isinstance(field, UnitsField)
    field.queryset = Unit.objects.filter(code="edu")
    assert form.is_valid()
    assert [one.code for one in form.cleaned_data["to"]] == ["edu"]


def test_many_groups_are_folded_but_for_what_is_chosen(county: dict[str, Unit]) -> None:
    for number in range(40):
        Unit.objects.create(
            code=f"more-{number}", name=f"乡镇{number}", kind=UnitKind.TOWNSHIP, created_at=county["edu"].created_at
        )
    page = str(Asked(initial={"to": [county["school-2"].id]})["to"])
    opened = [part.split("<summary>")[1].split(" <")[0] for part in page.split("<details")[1:] if " open" in part[:20]]
    assert opened == ["Schools"]


def test_headings_without_choices_are_left_out() -> None:
    found = grouped({"x": "X", "y": "Y"}, [("y", ("1", "one")), ("y", ("2", "two"))])
    assert [(str(head), choices) for head, choices in found] == [("Y", [("1", "one"), ("2", "two")])]


def test_a_warning_for_all_schools(county: dict[str, Unit], client: Client, person_of: Callable[..., Any]) -> None:
    client.force_login(person_of(Role.ANALYST), BACKEND)
    page = client.get("/bulletins/new/").content.decode()
    assert "<fieldset" in page
    assert "<select multiple" not in page
    fields = {**WORDS, "starts_at": "2026-11-23T09:00", "to-group": "school", "revision": 1}
    assert client.post("/bulletins/new/", fields).status_code == 302
    assert {one.code for one in BulletinVersion.objects.get().units.all()} == {"school-1", "school-2"}
