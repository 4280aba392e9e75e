"""The audit trail names what was done to it."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from fenghuo.base.audit import Actor, heads
from fenghuo.base.audit.actions import record, sign_head
from fenghuo.base.audit.chain import Row, digest
from fenghuo.base.audit.models import AuditHead, AuditRow
from fenghuo.base.audit.queries import Problem, verify
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings

ACTOR = Actor("7", "张伟", "192.0.2.1")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_heads() -> None:
    heads.path().unlink(missing_ok=True)
    (settings().keys / "audit.key").unlink(missing_ok=True)


def unlocked(*statements: str) -> None:
    """Do as somebody does who owns the database: the triggers are taken away first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS audit_no_UPDATE")
            cursor.execute("DROP TRIGGER IF EXISTS audit_no_DELETE")
        else:
            cursor.execute("ALTER TABLE audit_auditrow DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def fill(count: int) -> None:
    """So many rows, chained as `record` chains them, in one go."""
    rows, previous, moment = [], "", clock.now()
    for number in range(1, count + 1):
        row = Row(number, moment, "7", "张伟", "", "warning.closed", f"warning:{number}", "{}", previous)
        value = digest(row)
        fields = {name: getattr(row, name) for name in Row.__dataclass_fields__}
        rows.append(AuditRow(**fields, digest=value))
        previous = value
    AuditRow.objects.bulk_create(rows, batch_size=2000)
    AuditHead.objects.update_or_create(pk=1, defaults={"number": count, "digest": previous})


def test_rows_are_chained_and_whole() -> None:
    for number in range(5):
        assert record(ACTOR, "warning.acknowledged", f"warning:{number}", {"why": "是"}) == number + 1
    assert sign_head()
    assert not sign_head()
    result = verify()
    assert (result.rows, result.heads, result.finding) == (5, 1, None)


def test_the_database_refuses_to_change_or_remove_a_row() -> None:
    record(ACTOR, "warning.acknowledged", "warning:1")
    for statement in ("UPDATE audit_auditrow SET verb = 'x'", "DELETE FROM audit_auditrow"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert verify().finding is None


def test_one_changed_byte_among_100_000_rows_is_named() -> None:
    fill(100_000)
    assert verify().finding is None
    unlocked("UPDATE audit_auditrow SET actor_name = '张韦' WHERE number = 61803")
    found = verify().finding
    assert found is not None
    assert (found.problem, found.number) == (Problem.CHANGED, 61803)


def test_a_removed_row_is_named() -> None:
    fill(50)
    unlocked("DELETE FROM audit_auditrow WHERE number = 20")
    found = verify().finding
    assert found is not None
    assert (found.problem, found.number) == (Problem.MISSING, 20)


def test_a_cut_tail_is_found_even_where_the_stored_head_was_moved_back() -> None:
    fill(50)
    sign_head()
    last = AuditRow.objects.get(number=40).digest
    unlocked("DELETE FROM audit_auditrow WHERE number > 40")
    assert verify().finding.problem == Problem.CUT  # type: ignore[union-attr]
    AuditHead.objects.filter(pk=1).update(number=40, digest=last)
    found = verify().finding
    assert found is not None
    assert (found.problem, found.number) == (Problem.CUT, 41)


def test_a_rebuilt_chain_is_found_by_the_signed_heads() -> None:
    fill(30)
    sign_head()
    for number in range(31, 41):
        record(ACTOR, "warning.closed", f"warning:{number}")
    sign_head()
    unlocked("DELETE FROM audit_auditrow WHERE number > 30")
    AuditHead.objects.filter(pk=1).update(number=30, digest=AuditRow.objects.get(number=30).digest)
    for number in range(31, 45):
        record(Actor("8", "somebody else"), "warning.closed", f"warning:{number}")
    found = verify().finding
    assert found is not None
    assert (found.problem, found.number) == (Problem.REBUILT, 31)


def test_a_changed_file_of_heads_is_named() -> None:
    record(ACTOR, "warning.closed", "warning:1")
    sign_head()
    text = heads.path().read_text()
    heads.path().write_text(text.replace('"number": 1', '"number": 2'))
    found = verify().finding
    assert found is not None
    assert (found.problem, found.place) == (Problem.HEADS, "audit-heads.jsonl:1")


def test_a_file_of_heads_that_was_taken_away_is_missed() -> None:
    record(ACTOR, "warning.closed", "warning:1")
    assert verify().finding is None, "before the first head was signed there is none to miss"
    sign_head()
    heads.path().unlink()
    found = verify().finding
    assert found is not None
    assert (found.problem, found.place) == (Problem.HEADS, "audit-heads.jsonl")


def test_the_head_leaves_the_machine_once_a_day(person_of) -> None:  # type: ignore[no-untyped-def]
    from fenghuo.base.accounts.permissions import Role
    from fenghuo.faces.workers.deliver import send_head_of_the_day
    from fenghuo.warn.channels.actions import add_channel
    from fenghuo.warn.channels.models import Delivery

    person_of(Role.AUDIT_ADMIN, email="audit@office.example")
    add_channel(ACTOR, "m", "email", {"host": "h.example", "sender": "f@office.example"}, [], "red", "en")
    for _ in range(2):
        record(ACTOR, "warning.closed", "warning:1")
        assert sign_head()
        send_head_of_the_day()
    delivery = Delivery.objects.get()
    assert delivery.recipient == "audit@office.example"
    assert heads.read()[0].signature in delivery.text


def test_the_digest_covers_every_field() -> None:
    row = Row(1, clock.now(), "7", "n", "a", "v", "s", "{}", hashlib.sha256(b"").hexdigest())
    seen = {digest(row)}
    from dataclasses import replace

    for name in ("actor_id", "actor_name", "address", "verb", "subject", "detail", "previous"):
        seen.add(digest(replace(row, **{name: getattr(row, name) + "x"})))
    assert len(seen) == 8
