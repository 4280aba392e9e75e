"""The report of a unit: what is new, what improved, what is open, what could not be tested, availability. Pure but for gettext."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.papers import Document, Heading, Items, Paragraph, Part, Sheet, Table
from fenghuo.base.papers.markdown import to_paper
from fenghuo.see.screening import report_pages
from fenghuo.see.screening.checks.advice import SELF_TEST
from fenghuo.see.screening.checks.base import Severity
from fenghuo.see.screening.decide import Covered, Uptime
from fenghuo.see.screening.exports import Exported, to_sheet
from fenghuo.see.screening.report_pages import Looks, PageCount
from fenghuo.see.screening.words import SEVERITIES, STEPS_FOR

_PLACES = 12
"""So many places of the same fault are named one by one."""
_PICTURED = 3
"""So many of them are shown in pictures."""


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """An asset in the report. `excluded`: no check concerns it. `uptime`: None for what is not watched; `pages`: where none are known."""

    name: str
    value: str
    covered: bool
    authorised: bool
    excluded: bool
    uptime: Uptime | None
    pages: PageCount | None = None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything that the report says.

    Attributes:
        language: "zh" or "en". zone: of all times.
        new, closed: findings of the period. open: those open now.
        untested: (asset, reason in words) → titles of the checks.
        looks: finding id → how its page looked.
    """

    unit: str
    office: str
    period: str
    made_at: datetime
    language: str
    zone: str
    covered: Covered
    assets: Sequence[AssetFacts]
    new: Sequence[Exported]
    closed: Sequence[Exported]
    open: Sequence[Exported]
    untested: Mapping[tuple[str, str], Sequence[str]]
    looks: Mapping[str, Looks] = field(default_factory=dict)


def document(facts: ReportFacts) -> Document:
    """The report as a document, in the language of its facts."""
    with translation.override("zh-hans" if facts.language == "zh" else "en"):
        parts = [
            *_summary(facts),
            Heading(_("What is new")),
            *_listed(facts.new, _("Nothing new was found in what was tested.")),
            Heading(_("What improved")),
            *_listed(facts.closed, _("No finding was closed in this period.")),
            Heading(_("Open, and what to do")),
            *_open(facts),
            Heading(_("What could not be tested")),
            *_untested(facts),
            Heading(_("Availability")),
            *_availability(facts),
            Heading(_("Pages behind the home page")),
            *report_pages.coverage((a.value, a.pages) for a in facts.assets if a.pages is not None),
        ]
        title = pgettext("report", "Screening report")
        subtitle = f"{facts.unit} · {facts.period} · {facts.made_at:%Y-%m-%d %H:%M}"
        return Document(title, parts, subtitle, facts.office, facts.language)


def _summary(facts: ReportFacts) -> Iterator[Part]:
    covered = facts.covered
    text = _(
        "Of %(registered)d registered assets %(covered)d are covered (%(percent)s). %(untested)d have checks that could not be tested, "
        "%(bare)d are not authorised. %(new)d findings are new, %(closed)d were closed, %(open)d are open now."
    )
    yield Paragraph(
        text
        % {
            "registered": covered.registered,
            "covered": covered.covered,
            "percent": "–" if covered.percent is None else f"{covered.percent:.1f} %",
            "untested": covered.could_not_test,
            "bare": covered.not_authorised,
            "new": len(facts.new),
            "closed": len(facts.closed),
            "open": len(facts.open),
        }
    )
    yield Paragraph(_("What could not be tested is no pass: nothing is known about it."), "hint")
    head = (_("Asset"), _("Address"), pgettext("report", "Coverage"))
    yield Table(head, [(a.name, a.value, _stands(a)) for a in facts.assets], (3, 4, 2))


def _stands(asset: AssetFacts) -> str:
    if asset.excluded:
        return _("no check concerns it")
    if not asset.authorised:
        return _("not authorised")
    return _("covered") if asset.covered else _("not covered")


def _word(severity: Severity) -> str:
    return _(SEVERITIES[severity])


def _listed(findings: Sequence[Exported], none: str) -> Iterator[Part]:
    if not findings:
        yield Paragraph(none)
        return
    head = (_("Severity"), _("Finding"), _("Asset"), _("Where exactly"), _("To be mended by"))
    rows = [(_word(f.severity), f.title, f.asset, f.locus, f"{f.due_at:%Y-%m-%d}") for f in _by_severity(findings)]
    yield Table(head, rows, (2, 5, 4, 4, 3))


def _by_severity(findings: Sequence[Exported]) -> list[Exported]:
    return sorted(findings, key=lambda f: (f.severity.rank, f.due_at, f.asset, f.locus))


def _open(facts: ReportFacts) -> Iterator[Part]:
    """Each kind of fault once, the gravest first, with its places and what to do."""
    groups: dict[tuple[str, str], list[Exported]] = defaultdict(list)
    for found in _by_severity(facts.open):
        groups[found.check, found.outcome].append(found)
    if not groups:
        yield Paragraph(_("Nothing is open in what was tested."))
    for same in groups.values():
        first = same[0]
        yield Heading(f"{first.title} ({_word(first.severity)})", 2)
        yield Paragraph(first.risk)
        late = _("overdue")
        places = [
            f"{f.asset} {f.locus} ({f.due_at:%Y-%m-%d}{f', {late}' if f.due_at <= facts.made_at else ''})"
            for f in same[:_PLACES]
        ]
        more = len(same) - len(places)
        yield Items([*places, *([_("and %d more; see the list") % more] if more else [])])
        for found in same[:_PICTURED]:
            if found.id in facts.looks:
                yield from report_pages.pictures(facts.looks[found.id], f"{found.asset} {found.locus}")
        yield Paragraph(" · ".join(first.rules), "hint", _("Rules: "))
        for name, text in first.steps.items():
            yield Heading(_(STEPS_FOR[name]), 3)
            yield from to_paper(text)
        if first.self_test:
            yield Heading(_(STEPS_FOR[SELF_TEST]), 3)
            yield from to_paper(first.self_test)


def _untested(facts: ReportFacts) -> Iterator[Part]:
    if not facts.untested:
        yield Paragraph(_("Everything that applies was tested."))
        return
    between = "、" if facts.language == "zh" else "; "
    rows = [(asset, reason, between.join(titles)) for (asset, reason), titles in sorted(facts.untested.items())]
    yield Table((_("Asset"), pgettext("report", "Reason"), _("Checks")), rows, (3, 3, 6))


def _availability(facts: ReportFacts) -> Iterator[Part]:
    watched = [(a, a.uptime) for a in facts.assets if a.uptime is not None]
    if not watched:
        yield Paragraph(_("No site of the unit is watched."))
        return
    head = (_("Site"), _("Answered"), _("Down, minutes"), _("Maintenance, minutes"), _("Not watched, minutes"))
    yield Table(
        head, [(a.value, _percent(up), *_minutes(up)) for a, up in watched], (4, 2, 2, 2, 2), frozenset({1, 2, 3, 4})
    )
    yield Paragraph(_("Maintenance and what nobody watched are counted apart, never as up."), "hint")


def _percent(up: Uptime) -> str:
    return "–" if up.percent is None else f"{up.percent:.3f} %"


def _minutes(up: Uptime) -> tuple[str, str, str]:
    return f"{up.down / 60:.0f}", f"{up.maintenance / 60:.0f}", f"{up.unwatched / 60:.0f}"


def sheets(facts: ReportFacts) -> list[Sheet]:
    """The report as sheets: open, closed, untested, availability."""
    with translation.override("zh-hans" if facts.language == "zh" else "en"):
        still, closed = to_sheet(facts.open, facts.zone), to_sheet(facts.closed, facts.zone)
        untested = [
            (asset, reason, title) for (asset, reason), titles in sorted(facts.untested.items()) for title in titles
        ]
        assets = [
            (a.name, a.value, _stands(a), *(_sheet_uptime(a.uptime) if a.uptime else ("", "", "", "")))
            for a in facts.assets
        ]
        head = (_("Asset"), _("Address"), pgettext("report", "Coverage"), _("Answered"))
        minutes = (_("Down, minutes"), _("Maintenance, minutes"), _("Not watched, minutes"))
        return [
            Sheet(pgettext("findings", "Open"), still.head, still.rows),
            Sheet(pgettext("report", "Closed"), closed.head, closed.rows),
            Sheet(_("Could not be tested"), (_("Asset"), pgettext("report", "Reason"), _("Check")), untested),
            Sheet(_("Assets"), (*head, *minutes), assets),
        ]


def _sheet_uptime(up: Uptime) -> tuple[str, float, float, float]:
    return _percent(up), round(up.down / 60), round(up.maintenance / 60), round(up.unwatched / 60)
