"""The verbs of the public document: the only writer of this room's tables."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.office import today, zone
from fenghuo.base.common import clock
from fenghuo.report.disclosure import Disclosure, from_json, to_json
from fenghuo.report.disclosure.checking import Level, check
from fenghuo.report.performance.models import Project
from fenghuo.report.publication.decide import HEAD, SECTIONS, Leaf, Refused, day_begins, due_at, leaves, step
from fenghuo.report.publication.models import Publication, PublicationState, Release, Version
from fenghuo.report.publication.queries import PUBLISH, document, newest
from fenghuo.report.publication.records import Origin, plain_of, with_holdings, with_project

_YEARS = range(2000, 2100)


@transaction.atomic
def begin(actor: Actor, document_: Disclosure, what: str) -> Publication:
    """A new document of a year. `what` says from what: "blank", "last-year" or "file".

    Raises:
        Refused: "year" (no budget year), "office" (no name), "exists" (the year has its document).
    """
    if document_.year not in _YEARS:
        raise Refused("year")
    if not document_.office.strip():
        raise Refused("office")
    made = Publication(year=document_.year, made_by=actor.name[:150], made_at=clock.now())
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("exists", str(document_.year)) from error
    _store(actor, made, to_json(document_), what=what)
    record(actor, "publication.begun", made.subject, {"year": made.year, "what": what})
    return made


def after_last_year(before: Disclosure) -> Disclosure:
    """The document of the next year, begun with that of the last: texts stay, every figure waits to be entered anew."""
    year = before.year + 1
    duties, glossary, other = before.duties, before.glossary, before.other
    return Disclosure(before.office, year, preamble=before.preamble, duties=duties, glossary=glossary, other=other)


def _store(actor: Actor, publication: Publication, data: str, **given: Any) -> Version:
    last = publication.versions.first()
    made = Version(
        publication=publication,
        number=last.number + 1 if last else 1,
        data=data,
        sha256=hashlib.sha256(data.encode()).hexdigest(),
        by=actor.name[:150],
        at=clock.now(),
        **({"origins": last.origins, "overtyped": last.overtyped} if last else {}) | given,
    )
    made.save(force_insert=True)
    return made


def _open(publication_id: str, based_on: int) -> tuple[Publication, Version]:
    """The document, locked, with its newest version.

    Raises:
        Refused: "state" (it is not a draft), "changed" (somebody saved another version meanwhile).
    """
    publication = Publication.objects.select_for_update().get(id=publication_id)
    if publication.state != PublicationState.DRAFT:
        raise Refused("state", publication.state)
    last = newest(publication)
    if last.number != based_on:
        raise Refused("changed", last.by)
    return publication, last


@transaction.atomic
def save_section(
    actor: Actor, publication_id: str, based_on: int, section: str, content: Any, why: str = ""
) -> Version:
    """Save one section as a new version.

    Args:
        based_on: number of the version that was edited. content: plain JSON of the section ("head": a mapping of `HEAD`),
            None where the section is not to be there.

    Raises:
        BadData: what is wrong with the content, by path. Publication.DoesNotExist.
        Refused: "state", "changed", "section", "year" (it belongs to the document), "overtyped" (figures from records were
            changed and nothing says why; `detail` is the first path).
    """
    publication, last = _open(publication_id, based_on)
    if section not in SECTIONS:
        raise Refused("section", section)
    data = plain_of(last.data)
    if section == "head":
        data |= {name: content[name] for name in HEAD if name in content}
    elif content is None:
        data.pop(section, None)
    else:
        data[section] = content
    made = from_json(json.dumps(data, ensure_ascii=False))
    if made.year != publication.year:
        raise Refused("year", str(publication.year))
    origins, overtyped = _traced(actor, last, made, why)
    version = _store(
        actor,
        publication,
        to_json(made),
        section=section,
        what="section",
        why=why.strip()[:2000],
        origins=origins,
        overtyped=overtyped,
    )
    record(actor, "publication.saved", publication.subject, {"version": version.number, "section": section})
    return version


def _traced(
    actor: Actor, last: Version, made: Disclosure, why: str
) -> tuple[list[Mapping[str, str]], list[Mapping[str, str]]]:
    """Origins that still hold, and figures that now differ from what their records said.

    Origins follow their row by its name, so that a row that moved keeps its source.
    """
    old = {leaf.path: leaf.key for leaf in leaves(document(last))}
    new = {leaf.key: leaf for leaf in leaves(made)}
    kept: list[Mapping[str, str]] = []
    before: Iterable[tuple[Mapping[str, str], Leaf | None]] = (
        (one, new.get(old.get(one["path"], ""))) for one in last.overtyped
    )
    overtyped: list[Mapping[str, str]] = [
        {**one, "path": leaf.path, "value": leaf.text} for one, leaf in before if leaf is not None
    ]
    for origin in last.origins:
        leaf = new.get(old.get(origin["path"], ""))
        if leaf is not None and leaf.text == origin["value"]:
            kept.append({**origin, "path": leaf.path})
            continue
        if not why.strip():
            raise Refused("overtyped", origin["path"])
        path, value = (leaf.path, leaf.text) if leaf else (origin["path"], "")
        told = {"was": origin["value"], "value": value, "why": why.strip()[:2000], "by": actor.name[:150]}
        overtyped.append({"path": path, "source": origin["source"], **told})
    return kept, overtyped


@transaction.atomic
def replace_all(actor: Actor, publication_id: str, based_on: int, given: Disclosure, why: str) -> Version:
    """Take a whole document (a data file, or one that was read) as the new version; figures lose their sources.

    Raises:
        Refused: "state", "changed", "year", "why". Publication.DoesNotExist.
    """
    publication, _last = _open(publication_id, based_on)
    if given.year != publication.year:
        raise Refused("year", str(publication.year))
    if not why.strip():
        raise Refused("why")
    empty: dict[str, Any] = {"origins": [], "overtyped": []}
    version = _store(actor, publication, to_json(given), what="file", why=why.strip()[:2000], **empty)
    record(actor, "publication.replaced", publication.subject, {"version": version.number, "sha256": version.sha256})
    return version


@transaction.atomic
def fill_from_records(
    actor: Actor, publication_id: str, based_on: int, projects: Sequence[Project], assets_at: date | None
) -> Version:
    """Take goals, money and indicators of projects and the fixed assets of a day out of the records.

    Raises:
        Refused: "state", "changed", "nothing" (neither is asked for), "year" (a project of another year). Publication.DoesNotExist.
    """
    publication, last = _open(publication_id, based_on)
    if not projects and assets_at is None:
        raise Refused("nothing")
    made, found = document(last), list[Origin]()
    for project in projects:
        if project.year != publication.year:
            raise Refused("year", project.name)
        made, origins = with_project(made, project)
        found += origins
    if assets_at is not None:
        made, origins = with_holdings(made, assets_at)
        found += origins
    roots = {_root(one.path) for one in found}
    fresh = [one.plain() for one in found]
    version = _store(
        actor,
        publication,
        to_json(made),
        what="records",
        origins=[one for one in last.origins if _root(one["path"]) not in roots] + fresh,
        overtyped=[one for one in last.overtyped if _root(one["path"]) not in roots],
    )
    told = {"version": version.number, "sources": sorted({one.source for one in found})}
    record(actor, "publication.filled", publication.subject, told)
    return version


def _root(path: str) -> str:
    """The table that a path belongs to: "assets", "performance.projects[0]"."""
    return path.partition(".")[0] if path.startswith("assets") else ".".join(path.split(".")[:2])


@transaction.atomic
def set_approval(actor: Actor, publication_id: str, on: date, paper: str) -> Publication:
    """Enter the day on which the budget was approved; its clock of twenty days starts.

    Raises:
        Refused: "day" (not come yet, or not near the budget year), "document", "published" (it is out already).
            Publication.DoesNotExist.
    """
    publication = Publication.objects.select_for_update().get(id=publication_id)
    if publication.releases.exists():
        raise Refused("published")
    if not paper.strip():
        raise Refused("document")
    if on > today() or abs(on.year - publication.year) > 1:
        raise Refused("day")
    publication.approved_on, publication.approval = on, paper.strip()[:200]
    publication.save(update_fields=["approved_on", "approval"])
    clocks.start_all({publication.subject: due_at(on, zone())}, PUBLISH, day_begins(on, zone()))
    record(
        actor, "publication.approval-entered", publication.subject, {"on": on.isoformat(), "document": paper.strip()}
    )
    return publication


@transaction.atomic
def ask(actor: Actor, publication_id: str, based_on: int) -> Publication:
    """Ask another person to approve the newest version.

    Raises:
        Refused: "state", "changed", "errors" (the rules find errors; `detail` is how many). Publication.DoesNotExist.
    """
    publication, last = _open(publication_id, based_on)
    errors = sum(one.level is Level.ERROR for one in check(document(last)))
    if errors:
        raise Refused("errors", str(errors))
    return _turn(actor, publication, PublicationState.REVIEW, asked=actor, version=last.number)


@transaction.atomic
def send_back(actor: Actor, publication_id: str, why: str) -> Publication:
    """Not approved, or taken back: it is a draft again.

    Raises:
        Refused: "state", "why". Publication.DoesNotExist.
    """
    publication = Publication.objects.select_for_update().get(id=publication_id)
    if publication.state != PublicationState.REVIEW:
        raise Refused("state", publication.state)
    if not why.strip():
        raise Refused("why")
    return _turn(actor, publication, PublicationState.DRAFT, why=why.strip()[:2000])


@transaction.atomic
def correct(actor: Actor, publication_id: str, why: str) -> Publication:
    """Open a published document for a correction; what was published stands as it was.

    Raises:
        Refused: "state", "why". Publication.DoesNotExist.
    """
    publication = Publication.objects.select_for_update().get(id=publication_id)
    if publication.state != PublicationState.PUBLISHED:
        raise Refused("state", publication.state)
    if not why.strip():
        raise Refused("why")
    return _turn(actor, publication, PublicationState.DRAFT, why=why.strip()[:2000])


def _turn(
    actor: Actor, publication: Publication, to: PublicationState, asked: Actor | None = None, **told: object
) -> Publication:
    step(publication.state, to)
    before, publication.state = publication.state, to
    publication.asked_by, publication.asked_name = (asked.id, asked.name[:150]) if asked else ("", "")
    publication.save(update_fields=["state", "asked_by", "asked_name"])
    record(actor, f"publication.{to.value}", publication.subject, {"from": before, **told})
    return publication


@transaction.atomic
def release(actor: Actor, publication_id: str, on: date, address: str, why: str = "") -> Release:
    """Approve what another person asked for, and write down where and when it was published.

    Raises:
        Refused: "state", "same" (whoever asked can not approve), "address", "day", "approval" (no day of approval is known),
            "errors", "why" (a correction says why). Publication.DoesNotExist.
    """
    publication = Publication.objects.select_for_update().get(id=publication_id)
    step(publication.state, PublicationState.PUBLISHED)
    last, asked = newest(publication), publication.asked_name
    if publication.asked_by == actor.id:
        raise Refused("same")
    if not address.strip().startswith(("https://", "http://")):
        raise Refused("address")
    if publication.approved_on is None:
        raise Refused("approval")
    if not publication.approved_on <= on <= today():
        raise Refused("day")
    if any(one.level is Level.ERROR for one in check(document(last))):
        raise Refused("errors")
    number = publication.releases.count() + 1
    if number > 1 and not why.strip():
        raise Refused("why")
    due = due_at(publication.approved_on, zone())
    late = day_begins(on, zone()) >= due
    made = Release.objects.create(
        publication=publication,
        version=last,
        number=number,
        on=on,
        address=address.strip()[:300],
        why=why.strip()[:2000],
        late=late and number == 1,
        asked_name=asked,
        by=actor.name[:150],
        at=clock.now(),
    )
    if number == 1:
        clocks.stop(publication.subject, clock.now() if late else min(clock.now(), due), PUBLISH)
    told: dict[str, Any] = {"version": last.number, "number": number, "sha256": last.sha256, "address": made.address}
    _turn(actor, publication, PublicationState.PUBLISHED, late=made.late, **told)
    return made


def blank(office: str, year: int) -> Disclosure:
    """A document that states nothing yet."""
    return Disclosure(office, year)
