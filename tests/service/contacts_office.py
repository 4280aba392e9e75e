"""The office of `journey_world`, an account for the contact of each unit, and one unit more; a program, since a test has tables of its own.

python -m tests.service.contacts_office DATA seed PORT | warnings | tasks
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.service.journey_world import PASSWORD, UNITS, seed

SECOND = "school"


def with_contacts(port: str) -> None:
    """Four units and `SECOND`; the contact of each of the four signs in as "li-CODE"."""
    from fenghuo.base.accounts.actions import add_person
    from fenghuo.base.accounts.permissions import Role
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.units.actions import save_unit, set_contact
    from fenghuo.base.units.models import Unit

    seed(port)
    for unit in Unit.objects.filter(code__in=UNITS):
        add_person(COMMAND_LINE, f"li-{unit.code}", "李四", [Role.UNIT_CONTACT], units=[unit], password=PASSWORD)
    second = save_unit(COMMAND_LINE, Unit(code=SECOND, name="云岭县第二中学"))
    set_contact(COMMAND_LINE, second, "王五", "0888-5550101", f"li@{SECOND}.example", deputy=False)


def warnings() -> dict[str, list[list[str]]]:
    """Title of each published warning → (change, level, units, file of the approval) of its published versions, in order."""
    from fenghuo.warn.early_warnings.models import BulletinVersion

    found: dict[str, list[list[str]]] = {}
    for one in BulletinVersion.objects.filter(state="published").order_by("bulletin_id", "number"):
        units = ",".join(one.units.order_by("code").values_list("code", flat=True))
        found.setdefault(one.title, []).append([one.change, one.level, units, one.approval_file])
    return found


def tasks() -> dict[str, list[str]]:
    """Code of each unit → states of its tasks, of its self-check, and of the notice about its defect."""
    from fenghuo.base.units.models import Unit
    from fenghuo.respond.inspections.models import Defect, SelfCheck
    from fenghuo.respond.tasks.models import Task

    def of(unit: Unit) -> list[str]:
        states = [t.state for t in Task.objects.filter(unit=unit)] + [
            c.state for c in SelfCheck.objects.filter(unit=unit)
        ]
        defects = Defect.objects.filter(visit__check_of__unit=unit)
        return [*states, *(str(d.notice and d.notice.state) for d in defects)]

    return {unit.code: of(unit) for unit in Unit.objects.filter(code__in=UNITS)}


def main() -> None:
    from fenghuo.base.common.django_setup import setup

    data, verb, *arguments = sys.argv[1:]
    setup(Path(data))
    from django.db import transaction

    with transaction.atomic():
        verbs: dict[str, Callable[..., object]] = {"seed": with_contacts, "warnings": warnings, "tasks": tasks}
        answer = verbs[verb](*arguments)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
