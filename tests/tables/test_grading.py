"""The grading table is data with a source; a security administrator confirms it, and everybody sees whether one did."""

from collections.abc import Callable

import pytest
from django.test import Client

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common.severity import Harm, Importance
from fenghuo.base.tables.queries import in_force, is_confirmed, warning_matrix
from fenghuo.base.tables.shipped import WARNING_LEVEL

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_a_table_is_confirmed_once_and_by_whom_it_may_be(person_of: Callable[..., Person], client: Client) -> None:
    table = in_force(WARNING_LEVEL)
    assert not is_confirmed(f"{table.name} {table.version}")
    client.force_login(person_of(Role.ANALYST), BACKEND)
    assert b"GB/T 32924" in client.get("/grading/").content
    assert client.post(f"/grading/{table.pk}/confirm/").status_code == 403
    admin = person_of(Role.SECURITY_ADMIN)
    client.force_login(admin, BACKEND)
    for _ in range(2):
        assert client.post(f"/grading/{table.pk}/confirm/").status_code == 302
    assert is_confirmed(f"{table.name} {table.version}")
    assert in_force(WARNING_LEVEL).confirmed_by == admin.name
    assert AuditRow.objects.filter(verb="table.confirmed").count() == 1


def test_a_cell_is_corrected_by_the_standard(person_of: Callable[..., Person], client: Client) -> None:
    before = in_force(WARNING_LEVEL)
    said = {f"{row}.{harm}": level for row, of in before.cells.items() for harm, level in of.items()}
    right = {**said, "important.considerable": "yellow"}
    client.force_login(person_of(Role.ANALYST), BACKEND)
    assert client.post("/grading/change/", {**right, "why": "4.2"}).status_code == 403
    client.force_login(person_of(Role.SECURITY_ADMIN), BACKEND)
    for wrong in (right, {**said, "why": "4.2"}, {**right, "ordinary.slight": "green", "why": "4.2"}):
        client.post("/grading/change/", wrong)
    assert in_force(WARNING_LEVEL) == before, "no reason, no difference, or no such level"
    client.post("/grading/change/", {**right, "why": "GB/T 32924-2016 表2"})
    made = in_force(WARNING_LEVEL)
    assert (made.cells["important"]["considerable"], made.confirmed_by, made.source) == ("yellow", "", before.source)
    assert warning_matrix().level(Importance.IMPORTANT, Harm.CONSIDERABLE).level == "yellow"
    assert b"important \xc3\x97" in client.get("/grading/").content
    assert "important.considerable: blue" in AuditRow.objects.get(verb="table.corrected").detail
