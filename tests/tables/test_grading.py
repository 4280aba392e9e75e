"""The grading table is data with a source; a security administrator confirms it, and everybody sees whether one did."""

from collections.abc import Callable

import pytest
from django.test import Client

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.tables.queries import in_force, is_confirmed
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
