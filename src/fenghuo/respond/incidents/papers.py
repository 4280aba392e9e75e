"""Papers of an incident: a report, the summary of handling, and the timeline as rows."""

import json
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.papers import Document, Heading, Items, Paragraph, Sheet, Table, to_csv, to_docx, to_xlsx
from fenghuo.base.papers.document import Part
from fenghuo.base.papers.sheets import Value
from fenghuo.base.units.models import Unit
from fenghuo.respond.incidents.drafting import known_facts
from fenghuo.respond.incidents.models import Incident, LogKind, ReportKind, ReportVersion
from fenghuo.respond.incidents.queries import Moment, timeline
from fenghuo.respond.incidents.words import by_whom, in_words, item_names, language, party_name


def report_docx(report: ReportVersion) -> bytes:
    """A frozen report with every item of the law; an item that is not known yet says so. It carries its own digest."""
    incident, summary = report.incident, report.kind == ReportKind.SUMMARY
    parts: list[Part] = []
    for number, (item, name) in enumerate(item_names(summary).items(), 1):
        parts.append(Heading(f"{number}. {name}"))
        text = report.content.get(item, "") or _("Not known yet; a supplement follows.")
        parts += [Paragraph(line) for line in text.splitlines()]
    receipts = report.receipts.all()
    if receipts:
        parts.append(Heading(pgettext("report", "Sent")))
        rows = [[party_name(r.receiver), r.channel, r.receipt_number, _time(r.sent_at)] for r in receipts]
        parts.append(
            Table(
                [pgettext("report", "To"), pgettext("report", "By"), _("Receipt number"), pgettext("report", "At")],
                rows,
                (3, 3, 3, 2),
            )
        )
    parts.append(Paragraph(f"SHA-256 {report.sha256}", "hint"))
    title = _("Summary of handling a cybersecurity incident") if summary else _("Report of a cybersecurity incident")
    below = _("Incident %(number)s · version %(version)s, %(kind)s · %(by)s, %(at)s") % {
        "number": incident.number,
        "version": report.number,
        "kind": report.get_kind_display(),
        "by": report.by,
        "at": _time(report.at),
    }
    return to_docx(Document(_marked(incident, title), parts, below, incident.number, language()))


def summary_docx(incident: Incident) -> bytes:
    """The whole matter as one document: what it was, how graded, who was told when, what was done, and the evidence."""
    last = incident.reports.filter(kind=ReportKind.SUMMARY).order_by("-number").first()
    parts = [*_head(incident), *_grades(incident), *_duties(incident), *_course(incident), *_evidence(incident)]
    for item, name in item_names(summary=True).items():
        parts.append(Heading(name))
        text = (last.content.get(item, "") if last else "") or _("To be written: the summary is not frozen yet.")
        parts += [Paragraph(line) for line in text.splitlines()]
    title = _("Summary report: incident %(number)s") % {"number": incident.number}
    return to_docx(Document(_marked(incident, title), parts, incident.title, incident.number, language()))


def _marked(incident: Incident, title: str) -> str:
    return _("[Exercise] ") + title if incident.exercise else title


def _time(moment: datetime | None) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "–"


def _response(incident: Incident) -> str:
    """Since when the response runs or ran, and at which level while it does."""
    return f"{incident.response_level} {_time(incident.response_started_at)}".strip()


def _head(incident: Incident) -> list[Part]:
    unit = Unit.objects.filter(id=incident.unit_id).first()
    rows = [
        [pgettext("report", "Unit"), unit.name if unit else _("unit not registered")],
        [pgettext("report", "System"), incident.asset or "–"],
        [_("Type (GB/T 20986-2023)"), incident.get_category_display()],
        [_("Found by the unit"), _time(incident.discovered_at)],
        [pgettext("report", "Known to the office"), _time(incident.received_at)],
        [pgettext("report", "Response"), _response(incident)],
        [pgettext("report", "Ended"), _time(incident.ended_at)],
        [pgettext("report", "State"), incident.get_state_display()],
        *([name, text] for name, text in known_facts(incident)),
    ]
    return [Heading(_("The matter")), Table([pgettext("report", "What"), pgettext("report", "Value")], rows, (2, 5))]


def _grades(incident: Incident) -> list[Part]:
    parts: list[Part] = [Heading(_("Gradings"))]
    rows = []
    for row in incident.gradings.all():
        detail = row.detail[language()]
        for key, grade in (("gbt_20986", row.get_standard_display()), ("report_measures", row.get_annex_display())):
            told = detail[key]
            who = row.by if row.confirmed else _("proposed by rule")
            source = f"{told['source']} {told['article']} ({told['sureness_text']})"
            rows.append([_time(row.at), str(grade), who, row.reason or told["rule_text"], source])
    parts.append(
        Table(
            [
                pgettext("report", "At"),
                pgettext("report", "Grade"),
                pgettext("report", "By"),
                _("Rule or reason"),
                pgettext("report", "Source"),
            ],
            rows,
            (2, 2, 2, 4, 4),
        )
    )
    return parts


def _duties(incident: Incident) -> list[Part]:
    rows = [
        [party_name(d.sender), party_name(d.receiver), _time(d.due_at), _time(d.met_at), _standing(d.met_at, d.due_at)]
        for d in incident.duties.filter(withdrawn_at=None)
    ]
    if not rows:
        return [Heading(_("Reports upward")), Paragraph(_("The grade asks for none."))]
    return [
        Heading(_("Reports upward")),
        Table(
            [
                pgettext("report", "From"),
                pgettext("report", "To"),
                pgettext("report", "Due"),
                pgettext("report", "Sent"),
                "",
            ],
            rows,
            (3, 3, 2, 2, 2),
        ),
    ]


def _standing(met: datetime | None, due: datetime | None) -> str:
    if met is None:
        return str(pgettext("report", "open"))
    return str(pgettext("report", "late") if due and met > due else pgettext("report", "in time"))


def _course(incident: Incident) -> list[Part]:
    rows = [[_time(m.at), word_of(m.kind), by_whom(m), in_words(m)] for m in timeline(incident)]
    return [
        Heading(pgettext("report", "Course")),
        Table(
            [
                pgettext("report", "At"),
                pgettext("report", "What"),
                pgettext("report", "By"),
                pgettext("report", "Text"),
            ],
            rows,
            (2, 2, 2, 6),
        ),
    ]


def _evidence(incident: Incident) -> list[Part]:
    pieces = [f"{e.number}. {e.name} · {e.place} · SHA-256 {e.sha256} · SM3 {e.sm3}" for e in incident.evidence.all()]
    return [Heading(pgettext("report", "Evidence")), Items(pieces) if pieces else Paragraph(_("None was taken."))]


def word_of(kind: str) -> str:
    """What a moment of the timeline is."""
    group, _colon, rest = kind.partition(":")
    if group == "log":
        return str(dict(LogKind.choices).get(rest, rest))
    if group == "report":
        return str(dict(ReportKind.choices).get(rest, rest))
    words = {
        "grade": _("grade confirmed") if rest == "confirmed" else _("grade proposed"),
        "receipt": _("sent, receipt entered"),
        "evidence": _("evidence taken"),
        "task": _("task done"),
        "post": _("post given"),
    }
    return words[group]


def timeline_file(incident: Incident, form: str) -> bytes:
    """The timeline as "csv", "xlsx" or "json"; times in the zone of the office."""
    moments = timeline(incident)
    if form == "json":
        told: dict[str, Any] = {"incident": incident.number, "title": incident.title, "exercise": incident.exercise}
        told["timeline"] = [_as_object(moment) for moment in moments]
        return json.dumps(told, ensure_ascii=False, indent=1).encode()
    rows: list[list[Value]] = [[localtime(m.at), word_of(m.kind), by_whom(m), in_words(m)] for m in moments]
    sheet = Sheet(
        incident.number,
        [pgettext("report", "At"), pgettext("report", "What"), pgettext("report", "By"), pgettext("report", "Text")],
        rows,
    )
    return to_csv(sheet) if form == "csv" else to_xlsx([sheet])


def _as_object(moment: Moment) -> dict[str, str]:
    return {"at": localtime(moment.at).isoformat(), "kind": moment.kind, "by": moment.by, "text": moment.text}
