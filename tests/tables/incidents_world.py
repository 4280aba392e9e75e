"""Incidents of two units for the test of who may open what."""

from datetime import timedelta
from typing import Any

from fenghuo.base.audit import COMMAND_LINE as WRITER
from fenghuo.base.common import clock
from fenghuo.base.tables.queries import in_force
from fenghuo.base.units.actions import set_contact
from fenghuo.base.units.models import Unit
from fenghuo.respond.incidents import evidence
from fenghuo.respond.incidents.unit_side import ShortForm, report_short


def enter(unit: Unit, side: str) -> dict[str, Any]:
    """One incident of a unit with a report and a piece of evidence, and a contact who could have a link."""
    now = clock.now()
    form = ShortForm("intrusion", f"system-{side}-name", now - timedelta(minutes=5), "effect")
    made = report_short(WRITER, unit, form)
    evidence.add_evidence(WRITER, made.id, "log", b"raw-foreign-line" if side == "foreign" else b"own", now, "server")
    contact = set_contact(WRITER, unit, f"contact-{side}", "0", f"{side}@unit.example", deputy=False)
    found = {"incident_id": made.id, "contact_id": contact.pk, "report_number": 1, "piece_number": 1}
    found["scale"] = "incident-report-annex"
    return {**found, "sheet": "csv", "scale_id": in_force("incident-report-annex").pk}
