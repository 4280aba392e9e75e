"""The verbs of formal warnings before and after their publication; part of this room's `actions`.

Publishing itself makes notices and lives in `warn.notices.publishing`; it calls `publish_version` inside its transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock, filestore
from fenghuo.base.common.severity import Harm, Importance, WarningLevel
from fenghuo.base.tables.queries import in_force, warning_matrix
from fenghuo.base.units.models import Unit
from fenghuo.see.detection.threat_classes import ThreatClass
from fenghuo.see.intel.values import TLPS
from fenghuo.warn.early_warnings import formal
from fenghuo.warn.early_warnings.formal import BulletinState, Change, Origin, VersionState, VersionVerb
from fenghuo.warn.early_warnings.models import Bulletin, BulletinReport, BulletinVersion, EarlyWarning

EDITABLE = (
    *("level", "importance", "harm", "level_why", "title", "threat_class", "starts_at", "scope", "matter", "measures"),
    *("agency", "code", "contact", "copies_to", "why", "approval_by", "approval_on", "approval_reference"),
)
_COPIED = tuple(n for n in EDITABLE if n not in {"why", "approval_by", "approval_on", "approval_reference"})
_RELAYED = ("relayed_from", "relayed_number", "relayed_on")
_OF_WARNING = (*_RELAYED, "tlp")
REVIEW, REPORT, SUMMARY = "review", "report", "summary"


class Refused(Exception):
    """The verb is not possible as things stand.

    `code` is "state", "revision", "missing" (`detail` names the fields), "level", "same-person", "text", "open-version",
    "file-kind", "file-size" or
    "tlp".
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


@transaction.atomic
def draft(
    actor: Actor, values: Mapping[str, object], units: Sequence[Unit], warnings: Iterable[EarlyWarning] = ()
) -> BulletinVersion:
    """A new formal warning, of the office's own or relayed (`values["origin"]`), as a draft that may lack much.

    Args:
        values: fields of `EDITABLE`, "origin", "exercise", "tlp", and relayed_from, relayed_number, relayed_on.

    Raises:
        Refused: "missing" where title, level, class or start are not given.
    """
    now = clock.now()
    made = Bulletin(created_by=actor.name[:150], created_at=now, exercise=bool(values.get("exercise")))
    made.origin = Origin(str(values.get("origin") or Origin.OWN)).value
    _put_relayed(made, values)
    version = BulletinVersion(bulletin=made, number=1, authors=[actor.id], drafted_by=made.created_by, drafted_at=now)
    _put(version, values)
    made.save(force_insert=True)
    version.save(force_insert=True)
    version.units.set(units)
    made.warnings.set(warnings)
    detail = {"origin": made.origin, "level": version.level, "tlp": made.tlp, "units": [u.id for u in units]}
    record(actor, "bulletin.drafted", made.subject, detail)
    return version


def _put_relayed(bulletin: Bulletin, values: Mapping[str, object]) -> None:
    """Set whose it is and how far it may go; a marking of another office is not widened here."""
    wanted = str(values.get("tlp", bulletin.tlp) or "")
    if wanted not in {"", *TLPS} or (bulletin.origin == Origin.RELAYED and formal.widened(bulletin.tlp, wanted)):
        raise Refused("tlp")
    for name in _OF_WARNING:
        if name in values:
            given = values[name]
            setattr(bulletin, name, given if name == "relayed_on" else str(given or "").strip()[:100])


def _put(version: BulletinVersion, values: Mapping[str, object]) -> None:
    """Set what was given; the level of the matrix is looked up anew for importance and harm."""
    for name in set(values) & set(EDITABLE):
        given = values[name]
        setattr(version, name, given.strip() if isinstance(given, str) else given)
    lacks = [n for n in ("title", "level", "threat_class", "starts_at") if not getattr(version, n)]
    if lacks or version.level not in set(WarningLevel) or version.threat_class not in set(ThreatClass):
        raise Refused("missing", ",".join(lacks) or "level")
    version.graded = ""
    if version.importance and version.harm:
        graded = warning_matrix().level(Importance(version.importance), Harm(version.harm))
        version.graded = f"{graded.level.value} {graded.table} {graded.version}"


@transaction.atomic
def edit(
    actor: Actor, version_id: int, revision: int, values: Mapping[str, object], units: Sequence[Unit]
) -> BulletinVersion:
    """Change a draft.

    Raises:
        Refused: "state", "revision" where somebody changed it meanwhile, "missing", "tlp".
    """
    version = locked(version_id)
    if version.state != VersionState.DRAFT:
        raise Refused("state", version.state)
    if version.revision != revision:
        raise Refused("revision")
    _put(version, values)
    _author(version, actor)
    version.revision += 1
    version.save()
    version.units.set(units)
    if version.number == 1:
        _put_relayed(version.bulletin, values)
        version.bulletin.exercise = bool(values.get("exercise", version.bulletin.exercise))
        version.bulletin.save()
    detail = {"version": version.number, "revision": version.revision, "units": [u.id for u in units]}
    record(actor, "bulletin.changed", version.bulletin.subject, detail)
    return version


@transaction.atomic
def attach_approval(actor: Actor, version_id: int, name: str, content: bytes) -> None:
    """Put the file to a draft that proves the approval by the level above, in place of one that stood.

    Raises:
        Refused: "state", "file-kind", "file-size".
    """
    try:
        file = filestore.take(name, content)
    except filestore.NotTaken as error:
        raise Refused(error.code) from error
    version = locked(version_id)
    if version.state not in formal.OPEN_VERSION:
        raise Refused("state", version.state)
    version.approval_sha256, version.approval_kind, version.approval_file = file.sha256, file.kind, file.name
    _author(version, actor)
    version.revision += 1
    version.save()
    detail = {"version": version.number, "sha256": version.approval_sha256, "name": version.approval_file}
    record(actor, "bulletin.approval-attached", version.bulletin.subject, detail)


@transaction.atomic
def submit(actor: Actor, version_id: int) -> None:
    """Give a draft to a second person.

    Raises:
        Refused: "state"; "missing" with what it lacks; "level" where it does not go where the change says.
    """
    version = locked(version_id)
    check(version)
    _author(version, actor)
    _move(actor, version, VersionVerb.SUBMIT, "submitted")
    _start(version.bulletin, f"{REVIEW}-{version.number}-{version.revision}", REVIEW, version.level, clock.now())


def check(version: BulletinVersion) -> None:
    """Refuse what must not be published: incomplete, red or orange without proof, a level that goes the wrong way."""
    values = {name: getattr(version, name) for name in EDITABLE}
    values |= {name: getattr(version.bulletin, name) for name in _RELAYED}
    lacks = formal.missing(
        values,
        version.units.count(),
        Change(version.change),
        Origin(version.bulletin.origin),
        approval_of(version),
        version.graded.partition(" ")[0],
        version.bulletin.tlp,
    )
    if lacks:
        raise Refused("missing", ",".join(lacks))
    before = in_force_of(version.bulletin)
    if before is not None and not formal.change_fits(
        Change(version.change), WarningLevel(before.level), WarningLevel(version.level)
    ):
        raise Refused("level")


def approval_of(version: BulletinVersion) -> formal.Approval:
    """The proof that stands in a version."""
    return formal.Approval(
        version.approval_by, version.approval_on, version.approval_reference, version.approval_sha256
    )


def in_force_of(bulletin: Bulletin) -> BulletinVersion | None:
    """The version that was published last."""
    return bulletin.versions.filter(state=VersionState.PUBLISHED).order_by("-number").first()


@transaction.atomic
def reject(actor: Actor, version_id: int, why: str) -> None:
    """Give a version back to its authors.

    Raises:
        Refused: "state", "text".
    """
    if not why.strip():
        raise Refused("text")
    version = locked(version_id)
    version.revision += 1
    _move(actor, version, VersionVerb.REJECT, "rejected", why)
    _stop(version.bulletin, REVIEW)


@transaction.atomic
def discard(actor: Actor, version_id: int, why: str) -> None:
    """Throw a version away that was never published; with the first one the warning itself.

    Raises:
        Refused: "state", "text".
    """
    if not why.strip():
        raise Refused("text")
    version = locked(version_id)
    _move(actor, version, VersionVerb.DISCARD, "discarded", why)
    _stop(version.bulletin, REVIEW)
    if version.bulletin.state == BulletinState.DRAFT:
        enter(version.bulletin, BulletinState.DISCARDED)


@transaction.atomic
def begin_change(actor: Actor, bulletin_id: str, change: Change, why: str, level: str = "") -> BulletinVersion:
    """A new draft out of the version in force: to change its words, to raise, lower or lift it. The version in force stays.

    Raises:
        Refused: "state" where it is not in force, "open-version" where a draft stands, "text" without a reason, "level".
    """
    bulletin = Bulletin.objects.select_for_update().get(id=bulletin_id)
    before = in_force_of(bulletin)
    if bulletin.state != BulletinState.PUBLISHED or before is None or change == Change.FIRST:
        raise Refused("state", bulletin.state)
    if bulletin.versions.filter(state__in=formal.OPEN_VERSION).exists():
        raise Refused("open-version")
    if not why.strip():
        raise Refused("text")
    wanted = level if change in {Change.RAISE, Change.LOWER} else before.level
    if wanted not in set(WarningLevel) or not formal.change_fits(
        change, WarningLevel(before.level), WarningLevel(wanted)
    ):
        raise Refused("level")
    number = max(bulletin.versions.values_list("number", flat=True)) + 1
    made = BulletinVersion(bulletin=bulletin, number=number, change=change.value, why=why.strip())
    made.authors, made.drafted_by, made.drafted_at = [actor.id], actor.name[:150], clock.now()
    _put(made, {**{name: getattr(before, name) for name in _COPIED}, "level": wanted})
    if wanted != before.level:  # the reason for the level before is none for this one
        made.level_why = "" if made.graded.partition(" ")[0] == wanted else why.strip()[:500]
    made.save(force_insert=True)
    made.units.set(before.units.all())
    detail = {"version": number, "change": change.value, "level": wanted, "reason": made.why[:500]}
    record(actor, "bulletin.change-begun", bulletin.subject, detail)
    return made


def publish_version(actor: Actor, version_id: int) -> BulletinVersion:
    """Take a reviewed version to published, inside the caller's transaction, which makes the notices of it.

    Raises:
        Refused: "state", "same-person", "missing", "level".
    """
    version = locked(version_id)
    if formal.version_after(VersionState(version.state), VersionVerb.PUBLISH) is None:
        raise Refused("state", version.state)
    if actor.id in version.authors:
        raise Refused("same-person")
    check(version)
    now, bulletin = clock.now(), version.bulletin
    version.published_by, version.published_at = actor.name[:150], now
    _move(actor, version, VersionVerb.PUBLISH, "published")
    for kind in (REVIEW, REPORT):
        _stop(bulletin, kind)
    wanted = formal.published_as(Change(version.change))
    if wanted == BulletinState.LIFTED:
        bulletin.lifted_at = now
        _start(bulletin, SUMMARY, SUMMARY, version.level, now)
    else:
        _start(bulletin, f"{REPORT}-{_reports(bulletin) + 1}-{version.number}", REPORT, version.level, now)
    if bulletin.state != wanted:
        enter(bulletin, wanted)
    return version


@transaction.atomic
def report(actor: Actor, bulletin_id: str, text: str) -> None:
    """A situation report; the clock of the next one begins.

    Raises:
        Refused: "state", "text".
    """
    bulletin = Bulletin.objects.select_for_update().get(id=bulletin_id)
    before = in_force_of(bulletin)
    if bulletin.state != BulletinState.PUBLISHED or before is None:
        raise Refused("state", bulletin.state)
    if not text.strip():
        raise Refused("text")
    now = clock.now()
    BulletinReport.objects.create(bulletin=bulletin, at=now, by=actor.name[:150], text=text.strip()[:20000])
    _stop(bulletin, REPORT)
    _start(bulletin, f"{REPORT}-{_reports(bulletin) + 1}-{before.number}", REPORT, before.level, now)
    record(actor, "bulletin.reported", bulletin.subject, {"text": text.strip()[:500]})


@transaction.atomic
def summarise(actor: Actor, bulletin_id: str, text: str) -> None:
    """What came of a warning that was lifted.

    Raises:
        Refused: "state", "text".
    """
    bulletin = Bulletin.objects.select_for_update().get(id=bulletin_id)
    if bulletin.state != BulletinState.LIFTED:
        raise Refused("state", bulletin.state)
    if not text.strip():
        raise Refused("text")
    bulletin.summary, bulletin.summary_by = text.strip()[:20000], actor.name[:150]
    bulletin.save(update_fields=["summary", "summary_by"])
    _stop(bulletin, SUMMARY)
    record(actor, "bulletin.summarised", bulletin.subject, {"text": text.strip()[:500]})


def archive(bulletin: Bulletin) -> None:
    """Put a lifted warning away once every unit was told and its summary stands; inside the caller's transaction."""
    bulletin.archived_at = clock.now()
    enter(bulletin, BulletinState.ARCHIVED)
    record(SYSTEM, "bulletin.archived", bulletin.subject, {})


def enter(bulletin: Bulletin, wanted: BulletinState) -> None:
    """Take a locked warning to another state; the caller writes the line in the trail.

    Raises:
        Refused: the table has no such step.
    """
    if wanted not in formal.BULLETIN_TRANSITIONS[BulletinState(bulletin.state)]:
        raise Refused("state", bulletin.state)
    bulletin.state = wanted
    bulletin.save()


def locked(version_id: int) -> BulletinVersion:
    """A version for changing; its warning is locked first."""
    bulletin_id = BulletinVersion.objects.values_list("bulletin_id", flat=True).get(pk=version_id)
    bulletin = Bulletin.objects.select_for_update().get(id=bulletin_id)
    version = BulletinVersion.objects.select_for_update(of=("self",)).get(pk=version_id)
    version.bulletin = bulletin
    return version


def _author(version: BulletinVersion, actor: Actor) -> None:
    if actor.id not in version.authors:
        version.authors = [*version.authors, actor.id]


def _move(actor: Actor, version: BulletinVersion, verb: VersionVerb, word: str, why: str = "") -> None:
    wanted = formal.version_after(VersionState(version.state), verb)
    if wanted is None:
        raise Refused("state", version.state)
    before, version.state = version.state, wanted
    version.save()
    detail = {"version": version.number, "change": version.change, "level": version.level, "from": before}
    record(actor, f"bulletin.{word}", version.bulletin.subject, {**detail, "reason": why.strip()[:500]})


def _start(bulletin: Bulletin, name: str, kind: str, level: str, now: datetime) -> None:
    limit = formal.limit_of(in_force(formal.TABLE).cells, kind, level)
    if limit is not None:
        clocks.start(bulletin.subject, name, now, clocks.Limit(*limit))


def _stop(bulletin: Bulletin, kind: str) -> None:
    running = Deadline.objects.filter(subject=bulletin.subject, kind__startswith=kind, stopped_at=None)
    for name in list(running.values_list("kind", flat=True)):
        clocks.stop(bulletin.subject, clock.now(), name)


def _reports(bulletin: Bulletin) -> int:
    return bulletin.reports.count()
