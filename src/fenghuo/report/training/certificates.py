"""The verbs of certificates: issuing them with numbers without a gap, revoking them, recording those of others, checking one."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.office import end_of, today
from fenghuo.base.common import clock
from fenghuo.base.common.secrets import key_file
from fenghuo.base.units.models import Unit
from fenghuo.report.training.actions import kept
from fenghuo.report.training.decide import Refused, State, months_later, names_identity
from fenghuo.report.training.models import Attendance, CertifiedBy, Participant, TrainingSession
from fenghuo.report.training.paper_models import Certificate, CertificateSeries, Credential, Revocation

EXPIRY = "expiry"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without signs that look like another one: a code is typed from paper."""
_CODE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Given:
    """A certificate of somebody else's as it is entered; `file` is (name, bytes) of a copy."""

    holder: str
    unit: Unit
    kind: str
    number: str
    issuer: str
    document: str
    valid_until: date | None = None
    file: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What whoever has number and code is told: nothing of the holder, only whether the name that was typed in is the holder's.

    Attributes:
        holder: None where no name was typed in.
    """

    valid: bool
    course: str
    on: date
    valid_until: date | None
    holder: bool | None


def code_of(certificate: Certificate) -> str:
    """The check code of a certificate: 50 bits from a key outside the database, the same each time, stored nowhere."""
    key = key_file("certificates.key", make=secrets.token_hex(32).encode())
    digest = hmac.new(key, f"{certificate.text}|{certificate.id}".encode(), hashlib.sha256).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:_CODE_LENGTH])


def candidates(session: TrainingSession, again: Collection[int] = ()) -> list[Participant]:
    """Who has earned a certificate and was given none: present, or passed, as the course says.

    Args:
        again: only these participants, whose certificate was revoked. Nobody gets another one unasked: who cheated has passed, too.
    """
    rule = session.course.certified_by
    if session.state != State.HELD or rule == CertifiedBy.NOTHING:
        return []
    people = session.participants.filter(attendance=Attendance.PRESENT)
    if rule == CertifiedBy.PASSED:
        people = people.filter(slip__passed=True)
    given = Certificate.objects.filter(participant__session=session)
    if again:
        given, people = given.filter(revocation=None), people.filter(id__in=again)
    return list(people.exclude(id__in=given.values("participant_id")).select_related("unit"))


@transaction.atomic
def issue(actor: Actor, session_id: str, agency: str, again: Collection[int] = ()) -> Sequence[Certificate]:
    """Issue a certificate to everybody who has earned one; numbers run by year and leave no gap.

    The lock on the row of the year lets one caller in at a time; where the transaction fails, no number was taken.

    Args:
        agency: who issues. again: as `candidates` has it.

    Raises:
        Refused: "agency", "nobody". TrainingSession.DoesNotExist.
    """
    if not agency.strip():
        raise Refused("agency")
    # Of itself only: two who issue for one session wait here, so that nobody gets two certificates.
    session = TrainingSession.objects.select_for_update(of=("self",)).select_related("course").get(id=session_id)
    people = candidates(session, again)
    if not people:
        raise Refused("nobody")
    now, day = clock.now(), today()
    CertificateSeries.objects.get_or_create(year=day.year)
    series = CertificateSeries.objects.select_for_update().get(year=day.year)
    months = session.course.valid_months
    until = months_later(day, months) - timedelta(days=1) if months else None
    made = [
        _certificate(session, person, series, number, day, until, agency, actor, now)
        for number, person in enumerate(people, series.last + 1)
    ]
    Certificate.objects.bulk_create(made, batch_size=200)
    series.last += len(made)
    series.save(update_fields=["last"])
    if until is not None:
        clocks.start_all({one.subject: end_of(until) for one in made}, EXPIRY, now)
    told = {"numbers": [made[0].text, made[-1].text], "many": len(made), "again": bool(again)}
    record(actor, "training.certified", session.subject, told)
    return made


def _certificate(
    session: TrainingSession,
    person: Participant,
    series: CertificateSeries,
    number: int,
    day: date,
    until: date | None,
    agency: str,
    actor: Actor,
    now: datetime,
) -> Certificate:
    course = session.course
    return Certificate(
        series=series,
        number=number,
        text=f"{series.year}-{number:04d}",
        participant=person,
        unit=person.unit,
        holder=person.name,
        unit_name=person.unit.name,
        post=person.post,
        course_title=course.title,
        hours=course.hours,
        giver=course.giver,
        on=session.on,
        for_what=course.certified_by,
        agency=agency.strip()[:200],
        issued_on=day,
        valid_until=until,
        by=actor.name[:150],
        at=now,
    )


@transaction.atomic
def add_credential(actor: Actor, given: Given) -> Credential:
    """Record a certificate that somebody else issued.

    Raises:
        Refused: "holder", "kind", "number", "issuer", "document", "identity", "valid" (it ended before today), "exists",
            "file-size", "file-kind".
    """
    texts = {name: getattr(given, name).strip() for name in ("holder", "kind", "number", "issuer", "document")}
    for code, text in texts.items():
        if not text:
            raise Refused(code)
        if names_identity(text):
            raise Refused("identity")
    if given.valid_until is not None and given.valid_until < today():
        raise Refused("valid")
    Unit.objects.select_for_update().get(id=given.unit.id)  # two who enter the same one at once wait here
    same = {"kind": texts["kind"][:100], "number": texts["number"][:100], "revocation": None}
    if Credential.objects.filter(**same).exists():
        raise Refused("exists")
    file = kept(*given.file) if given.file is not None else None
    made = Credential.objects.create(
        holder=texts["holder"][:100],
        unit=given.unit,
        kind=texts["kind"][:100],
        number=texts["number"][:100],
        issuer=texts["issuer"][:200],
        valid_until=given.valid_until,
        document=texts["document"][:200],
        by=actor.name[:150],
        at=clock.now(),
        **({"file_name": file.name, "file_kind": file.kind, "file_sha256": file.sha256} if file else {}),
    )
    if made.valid_until is not None:
        clocks.start_all({made.subject: end_of(made.valid_until)}, EXPIRY, clock.now())
    told = {"unit": made.unit_id, "kind": made.kind, "number": made.number, "file": made.file_sha256}
    record(actor, "credential.added", made.subject, told)
    return made


@transaction.atomic
def revoke(actor: Actor, row: Certificate | Credential, why: str) -> Revocation:
    """Say that a certificate holds no more; its number is not given again.

    Raises:
        Refused: "why", "revoked" (already).
    """
    if not why.strip():
        raise Refused("why")
    # The row is locked, so that two who revoke at once wait for each other and one is told.
    locked = type(row).objects.select_for_update(of=("self",)).get(id=row.id)
    if hasattr(locked, "revocation"):
        raise Refused("revoked")
    what = {"certificate": locked} if isinstance(locked, Certificate) else {"credential": locked}
    now = clock.now()
    made = Revocation.objects.create(why=why.strip()[:500], by=actor.name[:150], at=now, **what)
    clocks.stop(locked.subject, now, EXPIRY)
    record(actor, f"{locked.subject.partition(':')[0]}.revoked", locked.subject, {"why": made.why})
    return made


def check(number: str, code: str, name: str = "") -> Checked | None:
    """What is said of a certificate; None where number and code do not belong together, whichever of them is wrong."""
    found = Certificate.objects.select_related("revocation").filter(text="".join(number.split())).first()
    typed = "".join(code.split()).replace("-", "").upper().encode()
    # A code is compared in any case, so that the time tells nothing of which numbers there are.
    right = code_of(found) if found is not None else "-" * _CODE_LENGTH
    if not hmac.compare_digest(right.encode(), typed) or found is None:
        return None
    stands = not hasattr(found, "revocation") and (found.valid_until is None or found.valid_until >= today())
    holder = "".join(name.split()) == "".join(found.holder.split()) if name.strip() else None
    return Checked(stands, found.course_title, found.on, found.valid_until, holder)
