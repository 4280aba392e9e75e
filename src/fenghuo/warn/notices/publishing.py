"""Publishing a formal warning: the second person's decision makes a numbered notice with a copy for each unit, in one transaction.

A first version, a raised, lowered or changed one becomes a 预警通报, which asks for feedback; the lifting becomes a 情况通报, which asks
for a signature only. Copies of earlier versions that nobody has answered yet end with the new one: a unit never has two to answer.
"""

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.clocks.office import local
from fenghuo.base.units.models import Unit
from fenghuo.warn.early_warnings import bulletins
from fenghuo.warn.early_warnings.bulletins import Refused
from fenghuo.warn.early_warnings.formal import BulletinState, Change
from fenghuo.warn.early_warnings.models import Bulletin, BulletinVersion, EarlyWarning
from fenghuo.warn.early_warnings.names import chinese_class_name
from fenghuo.warn.notices import drafts, texts
from fenghuo.warn.notices.decide import FINAL, UNSIGNED, CopyState, CopyVerb, Kind, Urgency
from fenghuo.warn.notices.issue import issue
from fenghuo.warn.notices.models import Notice, NoticeCopy, Proposal
from fenghuo.warn.notices.steps import MACHINE, cells, enter, locked, subject
from fenghuo.warn.notices.terms import Clock, at_issue

_URGENCIES = {"red": Urgency.EXTRA_URGENT, "orange": Urgency.URGENT}
_NOT_ANSWERED = UNSIGNED | {CopyState.SIGNED, CopyState.REFUSED, CopyState.RETURNED}


@transaction.atomic
def publish(actor: Actor, version_id: int) -> Notice:
    """Publish a reviewed version to its units: all of it, or nothing, the number included.

    Raises:
        Refused: as `bulletins.publish_version`.
    """
    version = bulletins.publish_version(actor, version_id)
    earlier = NoticeCopy.objects.filter(notice__publishes__bulletin=version.bulletin, state__in=_NOT_ANSWERED)
    replaced = list(earlier.order_by("notice_id", "id").values_list("id", flat=True))
    made = _notice(version)
    drafts.submit(_author(version), made.id)
    drafts.approve(actor, made.id)
    issued = issue(actor, made.id)
    number = issued.number.text if issued.number else ""
    for copy_id in replaced:
        copy = locked(copy_id)
        Proposal.objects.filter(subject=subject(copy)).delete()
        enter(copy, CopyVerb.VOID, MACHINE, texts.replaced_by(number))
    return issued


def _author(version: BulletinVersion) -> Actor:
    return Actor(version.authors[0], version.drafted_by)


def _notice(version: BulletinVersion) -> Notice:
    """The draft of the notice, in the name of who wrote the version."""
    head = drafts.Letterhead(version.agency, version.code, version.contact, version.copies_to)
    kind = Kind.SITUATION if version.change == Change.LIFT else Kind.WARNING
    urgency = _URGENCIES.get(version.level, Urgency.PLAIN)
    values = {
        "kind": kind,
        "urgency": Urgency.PLAIN if kind == Kind.SITUATION else urgency,
        "level": version.level,
        "approval": _proof(version),
        "title": version.title if version.change != Change.LIFT else texts.lifted_title(version.title),
        "body": _body(version),
        "exercise": version.bulletin.exercise,
    }
    made = drafts.draft(_author(version), head, values, list(version.units.all()))
    made.authors, made.publishes = list(version.authors), version
    made.save(update_fields=["authors", "publishes"])
    made.warnings.set(version.bulletin.warnings.all())
    return made


def _proof(version: BulletinVersion) -> str:
    """The proof of the approval in one line, for the notice that carries it."""
    bulletin = version.bulletin
    if bulletin.origin == "relayed":
        return f"{bulletin.relayed_from} {bulletin.relayed_number}"[:300]
    where = version.approval_reference or version.approval_file
    return f"{version.approval_by} {version.approval_on or ''} {where}".strip()[:300]


def _body(version: BulletinVersion) -> str:
    bulletin, begins = version.bulletin, local(version.starts_at)
    if version.change == Change.LIFT:
        return texts.lifted_body(version.title, version.level, version.why)
    before = bulletin.versions.filter(state="published", number__lt=version.number).order_by("-number").first()
    said = texts.Published(
        level=version.level,
        before=before.level if before is not None else "",
        what=chinese_class_name(version.threat_class),
        begins=begins.strftime("%Y年%-m月%-d日%-H时"),
        scope=version.scope,
        matter=version.matter,
        measures=version.measures,
        why=version.why,
        relayed=f"{bulletin.relayed_from}（{bulletin.relayed_number}）" if bulletin.origin == "relayed" else "",
        tlp=bulletin.tlp,
    )
    answer = at_issue(cells(), Kind.WARNING, Urgency.PLAIN, "", version.level)[Clock.FEEDBACK]
    return texts.published_body(said, answer)


def draft_from_warning(actor: Actor, letterhead: drafts.Letterhead, warning: EarlyWarning) -> BulletinVersion:
    """The draft of a formal warning about a matter at the desk, to its unit; a person changes it before it is published."""
    units = list(Unit.objects.filter(id=warning.unit_id))
    what = chinese_class_name(warning.threat_class)
    seen = local(warning.last_seen).strftime("%Y年%-m月%-d日%-H时%-M分")
    measures = at_issue(cells(), Kind.WARNING, Urgency.PLAIN, "", warning.level)[Clock.FEEDBACK]
    matter, asked = texts.warning_parts(what, warning.asset, seen, measures)
    values = {
        "level": warning.level,
        "importance": warning.importance,
        "harm": warning.harm,
        "title": texts.warning_title(warning.level, what),
        "threat_class": warning.threat_class,
        "starts_at": warning.first_seen,
        "scope": "、".join([u.name for u in units] + ([warning.asset] if warning.asset else [])),
        "matter": matter,
        "measures": asked,
        "agency": letterhead.agency,
        "code": letterhead.code,
        "contact": letterhead.contact,
        "copies_to": letterhead.copies_to,
        "exercise": warning.exercise,
    }
    return bulletins.draft(actor, values, units, [warning])


def archive_due() -> int:
    """Put away every lifted warning whose units were all told and whose summary stands; how many."""
    lifted = Bulletin.objects.filter(state=BulletinState.LIFTED).exclude(summary="")
    return sum(_archive(bulletin_id) for bulletin_id in lifted.values_list("id", flat=True)[:50])


@transaction.atomic
def _archive(bulletin_id: str) -> bool:
    bulletin = Bulletin.objects.select_for_update().get(id=bulletin_id)
    waiting = NoticeCopy.objects.filter(notice__publishes__bulletin=bulletin).exclude(state__in=FINAL)
    if bulletin.state != BulletinState.LIFTED or waiting.exists():
        return False
    bulletins.archive(bulletin)
    return True


__all__ = ["Refused", "archive_due", "draft_from_warning", "publish"]
