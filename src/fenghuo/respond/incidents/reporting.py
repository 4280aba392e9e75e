"""Reports upward: frozen versions, and the receipts that persons enter. The platform prepares and proves; it sends nothing itself."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.respond.incidents import clocks
from fenghuo.respond.incidents.actions import CannotDo, locked, touch
from fenghuo.respond.incidents.decide import REPORT_ITEMS, SUMMARY_ITEMS, missing_items
from fenghuo.respond.incidents.models import Receipt, ReportKind, ReportVersion


def digest_of(content: Mapping[str, str]) -> str:
    """Hex SHA-256 of a report's content in its canonical JSON."""
    text = json.dumps(dict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def freeze_report(
    actor: Actor, incident_id: str, content: Mapping[str, str], *, summary: bool = False
) -> ReportVersion:
    """Freeze a version of the report: the first, a supplement to it (in any state), or the summary.

    Args:
        content: item of `decide.REPORT_ITEMS`, or of `SUMMARY_ITEMS` for a summary → text; the short form has the first two.

    Raises:
        CannotDo: "items" with those that are missing or not known; "first": a summary before any report. Incident.DoesNotExist.
    """
    incident = locked(incident_id)
    known = SUMMARY_ITEMS if summary else REPORT_ITEMS
    stated = {item: text.strip() for item, text in content.items() if text.strip()}
    wrong = [*missing_items(stated, summary), *sorted(set(stated) - set(known))]
    if wrong:
        raise CannotDo("items", ", ".join(wrong))
    earlier = incident.reports.count()
    if summary and not earlier:
        raise CannotDo("first")
    kind = ReportKind.SUMMARY if summary else ReportKind.SUPPLEMENT if earlier else ReportKind.FIRST
    made = ReportVersion.objects.create(
        incident=incident,
        number=earlier + 1,
        kind=kind,
        content=stated,
        sha256=digest_of(stated),
        by=actor.name[:150],
        at=clock.now(),
    )
    touch(incident)
    detail = {"report": made.number, "kind": kind, "sha256": made.sha256}
    record(actor, "incident.report-frozen", incident.subject, detail)
    return made


@transaction.atomic
def enter_receipt(
    actor: Actor, report: ReportVersion, receiver: str, channel: str, receipt_number: str, sent_at: datetime
) -> Receipt:
    """A person sent a report by the official channel; the duty towards this receiver is met from that moment on.

    Raises:
        CannotDo: "receiver" (nobody whom the incident must tell), "receipt" (channel or number missing), "time" (in the future or
        before the discovery).
    """
    incident = locked(report.incident_id)
    if not incident.duties.filter(receiver=receiver).exists():
        raise CannotDo("receiver")
    if not channel.strip() or not receipt_number.strip():
        raise CannotDo("receipt")
    if not incident.discovered_at <= sent_at <= clock.now():
        raise CannotDo("time")
    made = Receipt.objects.create(
        report=report,
        receiver=receiver,
        channel=channel.strip()[:100],
        receipt_number=receipt_number.strip()[:100],
        sent_at=sent_at,
        by=actor.name[:150],
        at=clock.now(),
    )
    met = clocks.meet(incident, receiver, report.kind == ReportKind.SUMMARY, sent_at)
    touch(incident)
    detail = {"report": report.number, "receiver": receiver, "channel": made.channel, "number": made.receipt_number}
    record(actor, "incident.receipt-entered", incident.subject, {**detail, "sent_at": sent_at.isoformat(), "met": met})
    return made
