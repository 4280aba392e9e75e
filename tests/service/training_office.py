"""Persons and units for the journey of training in a running platform's tables; a program, since a test has tables of its own.

python -m tests.service.training_office DATA seed
"""

import json
import sys
from pathlib import Path

from tests.service.journey_world import PASSWORD


def main() -> None:
    """`seed` makes an office with an analyst, an inspector and two units, and prints the names of the units."""
    from fenghuo.base.common.django_setup import setup

    setup(Path(sys.argv[1]))
    from django.db import transaction

    from fenghuo.base.accounts.actions import add_person
    from fenghuo.base.accounts.permissions import Role
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.common import clock
    from fenghuo.base.units.actions import save_unit, set_contact
    from fenghuo.base.units.models import Unit
    from fenghuo.faces.console.models import SiteProfile

    profile = {"county": "云岭县", "office": "云岭县委网信办", "document_code": "云网信", "set_up_at": clock.now()}
    with transaction.atomic():
        SiteProfile.objects.update_or_create(pk=SiteProfile.ONLY, defaults=profile)
        for name, role in (("an", Role.ANALYST), ("ji", Role.INSPECTOR)):
            add_person(COMMAND_LINE, name, name, [role], password=PASSWORD)
        names = []
        for code, name in (("edu", "云岭县教育局"), ("health", "云岭县卫生健康局")):
            unit = save_unit(COMMAND_LINE, Unit(code=code, name=name))
            set_contact(COMMAND_LINE, unit, "陈联络", "", "", deputy=False)
            names.append(name)
    print(json.dumps(names))


if __name__ == "__main__":
    main()
