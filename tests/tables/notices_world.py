"""Issued notices for the test of who may open what."""

from typing import Any

from fenghuo.base.audit import COMMAND_LINE as WRITER
from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.warn.early_warnings import bulletins
from fenghuo.warn.early_warnings.models import Bulletin
from fenghuo.warn.notices import drafts, files
from fenghuo.warn.notices.issue import issue
from fenghuo.warn.notices.models import Notice, NoticeCopy
from fenghuo.warn.notices.publishing import publish
from fenghuo.warn.notices.steps import Hand

CHIEF = Actor("chief", "主任")
HEAD = drafts.Letterhead("云岭县委网信办", "云网信")


def issued(notice: Notice) -> list[NoticeCopy]:
    """The copies of a notice after its approval and issue."""
    drafts.submit(WRITER, notice.id)
    drafts.approve(CHIEF, notice.id)
    return list(issue(CHIEF, notice.id).copies.all())


def publish_to(unit: Unit, scope: str) -> Bulletin:
    """A formal warning that is in force for one unit."""
    words = {"level": "yellow", "title": "预警", "threat_class": "ransomware", "starts_at": clock.now(), "scope": scope}
    words |= {"matter": "x", "measures": "x", "agency": HEAD.agency, "code": HEAD.code}
    version = bulletins.draft(WRITER, words, [unit])
    bulletins.submit(WRITER, version.pk)
    publish(CHIEF, version.pk)
    return version.bulletin


def issue_both(own: dict[str, Any], foreign: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The first unit's notice is about findings of both, so that it could show those of the other; the second one's is its own."""
    shared = issued(drafts.draft_from_findings(WRITER, HEAD, [own["finding_id"], foreign["finding_id"]]))
    words = {"kind": "situation", "title": "unit-foreign-name notice", "body": "x"}
    [other] = issued(drafts.draft(WRITER, HEAD, words, [foreign["unit"]]))
    mine = next(copy for copy in shared if copy.unit_id == own["unit_id"])
    found = {}
    for side, copy in (("own", mine), ("foreign", other)):
        attached = files.attach(copy.id, Hand(WRITER), "a.txt", b"raw-foreign-line" if side == "foreign" else b"own")
        found[side] = {"notice_id": copy.notice_id, "copy_id": copy.id, "file_id": attached.pk, "form": "docx"}
    return found
