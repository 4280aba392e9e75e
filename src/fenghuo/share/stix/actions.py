"""Formal warnings in from and out to STIX bundles; the only writer of this room's table.

What comes in becomes a draft and nothing more: it is reviewed and published by persons as any other.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.office import local
from fenghuo.base.common import clock, filestore
from fenghuo.base.common.severity import WarningLevel
from fenghuo.see.intel.values import Tlp
from fenghuo.share.stix.models import Received
from fenghuo.share.stix.reading import read
from fenghuo.share.stix.warning import Bundle, FormalWarning, NotAWarning, Reference
from fenghuo.share.stix.writing import written
from fenghuo.warn.early_warnings import bulletins
from fenghuo.warn.early_warnings.formal import BulletinState, Origin, VersionState
from fenghuo.warn.early_warnings.models import Bulletin, BulletinVersion
from fenghuo.warn.notices.drafts import Letterhead

_NAMED = re.compile(r"(?<![A-Z0-9-])(?:CVE-\d{4}-\d{4,7}|CNVD-\d{4}-\d{5,7}|CNNVD-\d{6}-\d{3,7})(?!\d)")
_OPEN = frozenset({BulletinState.DRAFT, BulletinState.PUBLISHED})


class Refused(Exception):
    """A bundle that is understood, and no draft is made of it; or a warning of which no bundle is made.

    Attributes:
        code: "same" (the draft of it stands), "older" or "newer" (that of another version does), "own" (this office gave it out),
            "revoked" (its issuer lifted it), "level" (it states none and none was chosen), "not-published" or "exercise".
        bulletin_id: the warning that stands, "" where there is none.
    """

    def __init__(self, code: str, bulletin_id: str = "") -> None:
        super().__init__(code)
        self.code, self.bulletin_id = code, bulletin_id


def receive(actor: Actor, name: str, content: bytes, head: Letterhead, level: str = "") -> Received:
    """A draft out of a bundle: relayed, without units, never published by itself.

    Args:
        level: what a person chose; it counts only where the bundle states none.

    Raises:
        NotAWarning: the file. Refused: "same", "older", "newer", "own", "revoked", "level".
    """
    found = read(content)
    ordinal = _earlier(found.warning)
    if not found.warning.level and level not in set(WarningLevel):
        raise Refused("level")
    file = (filestore.plain_name(name), filestore.keep(content))
    try:
        return _draft(actor, file, ordinal, found, _values(found.warning, head, level))
    except IntegrityError:  # another person brought it at the same moment
        _earlier(found.warning)
        raise


def _earlier(warning: FormalWarning) -> int:
    """How many drafts were made of earlier versions of this warning; refused where one is worked on.

    The next draft takes this number, so that of two who bring the file at the same moment the second meets the first.
    """
    own = Bulletin.objects.filter(id=warning.stix_id.partition("--")[2]).first()
    if own is not None:
        raise Refused("own", own.id)
    known = list(Received.objects.filter(stix_id=warning.stix_id).select_related("bulletin").order_by("-ordinal"))
    last = next((row for row in known if row.bulletin.state != BulletinState.DISCARDED), None)
    if warning.lifted:
        raise Refused("revoked", last.bulletin_id if last else "")
    if last is not None and last.modified == warning.modified:
        raise Refused("same", last.bulletin_id)
    if last is not None and last.modified > warning.modified:
        raise Refused("older", last.bulletin_id)
    if last is not None and last.bulletin.state in _OPEN:
        raise Refused("newer", last.bulletin_id)
    return len(known)


@transaction.atomic
def _draft(actor: Actor, file: tuple[str, str], ordinal: int, found: Bundle, values: Mapping[str, object]) -> Received:
    told, (name, sha256) = found.warning, file
    version = bulletins.draft(actor, values, [])
    made = Received.objects.create(
        bulletin=version.bulletin,
        stix_id=told.stix_id,
        modified=told.modified,
        ordinal=ordinal,
        issuer=told.issuer,
        tlp=told.tlp,
        name=name,
        sha256=sha256,
        indicators=found.indicators,
        others=dict(found.others),
        remarks=list(_remarks(found)),
        received_at=clock.now(),
        received_by=actor.name[:150],
    )
    detail = {"stix_id": told.stix_id, "modified": told.modified.isoformat(), "sha256": sha256, "tlp": told.tlp}
    record(actor, "bulletin.received", version.bulletin.subject, {**detail, "indicators": found.indicators})
    return made


def _remarks(found: Bundle) -> Iterator[tuple[str, str]]:
    told = found.warning
    if not told.level:
        yield "level-chosen", ""
    yield from ((f"{name}-guessed", "") for name in found.guessed)
    lacks = {"issuer": told.issuer, "number": told.number, "tlp": told.tlp}
    yield from ((f"no-{name}", "") for name, text in lacks.items() if not text)
    yield from (("marking", text) for text in found.markings)


def _values(told: FormalWarning, head: Letterhead, level: str) -> dict[str, object]:
    """The fields of the draft; what a warning has no field for is written out in Chinese where it belongs."""
    scope = told.scope
    products = [name for name in told.products if name not in scope]
    if products:
        scope = f"{scope}\n涉及产品：{'、'.join(products)}".strip()
    return {
        "origin": Origin.RELAYED,
        "relayed_from": told.issuer,
        "relayed_number": told.number,
        "relayed_on": local(told.published).date(),
        "tlp": told.tlp,
        "exercise": told.exercise,
        "level": told.level or level,
        "title": told.title,
        "threat_class": told.threat_class,
        "starts_at": told.valid_from,
        "scope": scope,
        "matter": "\n".join([told.matter, *_more(told)]).strip(),
        "measures": told.measures,
        "agency": head.agency,
        "code": head.code,
        "contact": head.contact,
        "copies_to": head.copies_to,
    }


def _more(told: FormalWarning) -> Iterator[str]:
    faults = [name for name in told.vulnerabilities if name not in told.matter]
    if faults:
        yield f"涉及漏洞：{'、'.join(faults)}。"
    if told.valid_until is not None:
        yield f"预警有效期至{local(told.valid_until).strftime('%Y年%-m月%-d日%-H时')}。"
    shown = [" ".join(t for t in (r.source, r.number, r.url) if t) for r in told.references if r.number not in faults]
    named = [text for text in shown if text not in told.matter]
    if named:
        yield f"参考：{'；'.join(named)}"


@dataclass(frozen=True, slots=True)
class Given:
    """A bundle to be handed out, and the name of its file."""

    name: str
    content: bytes


def give(actor: Actor, bulletin: Bulletin) -> Given:
    """The version in force of a formal warning as a bundle, written down as handed out.

    Raises:
        Refused: "not-published"; "exercise": what is only an exercise does not leave the house.
    """
    version = bulletins.in_force_of(bulletin)
    if version is None:
        raise Refused("not-published", bulletin.id)
    if bulletin.exercise:
        raise Refused("exercise", bulletin.id)
    told = warning_of(version)
    record(actor, "bulletin.given", bulletin.subject, {"version": version.number, "format": "stix", "tlp": told.tlp})
    return Given(f"{told.number or told.title}.json", written(told))


def warning_of(version: BulletinVersion) -> FormalWarning:
    """What a published version tells others. A marking that nobody chose is TLP:AMBER: units are told, the public is not."""
    bulletin = version.bulletin
    first = bulletin.versions.filter(state=VersionState.PUBLISHED).order_by("number").first() or version
    assert first.published_at is not None
    assert version.published_at is not None, "only published versions are told"
    notice = version.notices.select_related("number").first()
    said = "\n".join((version.title, version.scope, version.matter, version.measures))
    source = Reference(bulletin.relayed_from, bulletin.relayed_number)
    return FormalWarning(
        stix_id=f"report--{bulletin.id}",
        created=first.published_at,
        modified=version.published_at,
        issuer=version.agency,
        title=version.title,
        level=version.level,
        threat_class=version.threat_class,
        number=notice.number.text if notice is not None and notice.number else "",
        published=version.published_at,
        valid_from=version.starts_at,
        scope=version.scope,
        matter=version.matter,
        measures=version.measures,
        tlp=bulletin.tlp or Tlp.AMBER.value,
        valid_until=bulletin.lifted_at,
        vulnerabilities=tuple(dict.fromkeys(_NAMED.findall(said.upper()))),
        references=(source,) if bulletin.origin == Origin.RELAYED else (),
        exercise=bulletin.exercise,
        lifted=bulletin.lifted_at is not None,
    )


__all__ = ["Given", "NotAWarning", "Refused", "give", "receive", "warning_of"]
