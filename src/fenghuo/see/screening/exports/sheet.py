"""Findings as one sheet, for CSV and xlsx."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.papers import Sheet
from fenghuo.see.screening.exports.values import Exported


def to_sheet(findings: Iterable[Exported], zone: str) -> Sheet:
    """A row a finding; headings in the reader's language, times in the zone."""
    there = ZoneInfo(zone)
    head = (
        *(_("Severity"), _("Finding"), _("Unit"), _("Asset"), _("Where exactly"), _("State"), _("First seen")),
        *(
            _("Last seen"),
            _("To be mended by"),
            pgettext("report", "Closed on"),
            _("Risk"),
            _("Rules that it breaks"),
            _("Evidence"),
            "SHA-256",
        ),
        *(_("Check"), _("Number")),
    )
    rows = [
        (
            *(f.severity_word, f.title, f.unit, f.asset, f.locus, f.state_word, f.first_seen.astimezone(there)),
            *(f.last_seen.astimezone(there), f.due_at.astimezone(there)),
            f.closed_at.astimezone(there) if f.closed_at else None,
            *(f.risk, "; ".join(f.rules), f.evidence, f.sha256, f"{f.check}/{f.outcome}", f.id),
        )
        for f in findings
    ]
    return Sheet(_("Findings"), head, rows)
