"""report.html of `fenghuo screen`: one page that needs nothing else, for the unit and for the file."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from fenghuo.base.common.i18n import _, from_environment
from fenghuo.base.papers import markdown
from fenghuo.see.screening import words
from fenghuo.see.screening.checks import advice
from fenghuo.see.screening.checks.base import Finding, Verdict, VerdictKind
from fenghuo.see.screening.checks.citations import CITATIONS
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.targets import Listed

Rows = Sequence[tuple[Listed, Verdict]]
_MARKS = {
    VerdictKind.PASS: "●",
    VerdictKind.FAIL: "▲",
    VerdictKind.NOT_APPLICABLE: "–",
    VerdictKind.COULD_NOT_TEST: "?",
}


def write_report(path: Path, listed: Sequence[Listed], verdicts: Rows, authorised_by: str, started: datetime) -> None:
    """Write the report, findings first, gravest first; what could not be tested is shown beside what passed."""
    language = "zh" if from_environment() == "zh-hans" else "en"
    title = _("Screening report")
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    parts = [
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>{escape(title)}</title><style>{style}</style></head><body><main><h1>{escape(title)}</h1>",
        f'<p class="hint">{escape(_head(listed, authorised_by, started))}</p>',
        _summary(listed, verdicts),
        f"<h2>{escape(_('Findings'))}</h2>",
        *(_findings(verdicts, language) or [f"<p>{escape(_('Nothing was found in what was tested.'))}</p>"]),
        f"<h2>{escape(_('Could not be tested'))}</h2>",
        _untested(verdicts, language),
        "</main></body></html>",
    ]
    path.write_text("".join(parts), encoding="utf-8")


def _head(listed: Sequence[Listed], authorised_by: str, started: datetime) -> str:
    zone = listed[0].permit.begins.tzinfo
    text = _("{moment} · authorised by {name} · {sites} sites")
    return text.format(moment=f"{started.astimezone(zone):%Y-%m-%d %H:%M}", name=authorised_by, sites=len(listed))


def _summary(listed: Sequence[Listed], verdicts: Rows) -> str:
    counts: dict[str, Counter[VerdictKind]] = defaultdict(Counter)
    for row, verdict in verdicts:
        counts[row.target.asset][verdict.kind] += 1
    head = "".join(f'<th class="n">{_MARKS[k]} {escape(_(words.VERDICTS[k]))}</th>' for k in VerdictKind)
    body = "".join(
        f"<tr><td>{escape(row.target.unit)}</td><td>{escape(row.target.asset)}</td>"
        + "".join(f'<td class="n">{counts[row.target.asset][kind] or ""}</td>' for kind in VerdictKind)
        + "</tr>"
        for row in listed
    )
    first = f"<th>{escape(_('Unit'))}</th><th>{escape(_('Site'))}</th>"
    return f'<div class="scroll"><table><thead><tr>{first}{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _findings(verdicts: Rows, language: str) -> list[str]:
    ranked = sorted(
        (
            (
                all_checks()[verdict.check].outcome(found.outcome).severity.rank,
                row.target.unit,
                row.target.asset,
                verdict,
                found,
            )
            for row, verdict in verdicts
            for found in verdict.findings
        ),
        key=lambda item: (*item[:3], item[3].check, item[4].locus),
    )
    return [_finding(unit, verdict, found, language) for _rank, unit, _asset, verdict, found in ranked]


def _finding(unit: str, verdict: Verdict, found: Finding, language: str) -> str:
    check = all_checks()[verdict.check]
    outcome = check.outcome(found.outcome)
    told = advice.advice_of(check.id, found.outcome, language)
    rules = "；".join(
        getattr(CITATIONS[rule], language) + ("" if CITATIONS[rule].confirmed else _(" (to be checked)"))
        for rule in check.rules
    )
    severity = escape(_(words.SEVERITIES[outcome.severity]))
    steps = "".join(
        f"<h4>{escape(_(words.STEPS_FOR[name]))}</h4>{markdown.to_html(text)}"
        for name, text in [*told.steps.items(), ("self-test", told.self_test)]
    )
    return (
        f'<section><h3><span class="sev {outcome.severity.value}">{severity}</span>{escape(told.title)}</h3>'
        f'<p class="hint">{escape(unit)} · {escape(verdict.asset)} · <code>{escape(found.locus)}</code></p>'
        f"<p>{escape(told.risk)}</p><pre>{escape(found.evidence)}</pre>"
        f"<details><summary>{escape(_('What to do'))}</summary>{steps}</details>"
        f'<p class="hint">{escape(_("Within {days} days").format(days=outcome.days))} · {escape(rules)}</p></section>'
    )


def _untested(verdicts: Rows, language: str) -> str:
    rows: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row, verdict in verdicts:
        if verdict.kind is VerdictKind.COULD_NOT_TEST:
            title = next(iter(advice.all_advice(verdict.check, language).values())).check_title
            rows[row.target.unit, row.target.asset, verdict.reason].append(title)
    if not rows:
        return f"<p>{escape(_('Everything that applies was tested.'))}</p>"
    body = "".join(
        f"<tr><td>{escape(unit)}</td><td>{escape(asset)}</td><td>{escape(_(words.reason_word(reason)))}</td>"
        f"<td>{escape('、'.join(titles) if language == 'zh' else '; '.join(titles))}</td></tr>"
        for (unit, asset, reason), titles in sorted(rows.items())
    )
    head = "".join(f"<th>{escape(name)}</th>" for name in (_("Unit"), _("Site"), _("Reason"), _("Checks")))
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
