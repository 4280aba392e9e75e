"""What a journey needs in a running platform's tables, and wants to know of them; a program, since a test has tables of its own.

python -m tests.service.journey_world DATA seed PORT | mend HOST | states
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

UNITS = ("edu", "health", "water", "town")
PASSWORD = "correct horse battery"


def seed(port: str) -> None:
    """Four units with a site, a finding and a warning each; an analyst, a leader and a security administrator; mail to a sink."""
    from fenghuo.base.accounts.actions import add_person
    from fenghuo.base.accounts.permissions import Role
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.common import clock
    from fenghuo.base.common.ids import derived_id
    from fenghuo.base.units.actions import save_unit, set_contact
    from fenghuo.base.units.models import Unit
    from fenghuo.faces.console.models import SiteProfile
    from fenghuo.see.rulebook.actions import store_hits
    from fenghuo.warn.channels.actions import add_channel
    from fenghuo.warn.early_warnings.actions import judge
    from tests.tables import screening_world
    from tests.tables.conftest import HIT

    now = clock.now()
    profile = {"county": "云岭县", "office": "云岭县委网信办", "document_code": "云网信", "set_up_at": now}
    SiteProfile.objects.update_or_create(pk=SiteProfile.ONLY, defaults=profile)
    for name, role in (("ann", Role.ANALYST), ("wang", Role.LEADER), ("sun", Role.SECURITY_ADMIN)):
        add_person(COMMAND_LINE, name, name, [role], password=PASSWORD)
    mail = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "fenghuo@office.example"}
    add_channel(COMMAND_LINE, "mail", "email", mail, [], "blue", "zh-hans")
    for code in UNITS:
        unit = save_unit(COMMAND_LINE, Unit(code=code, name=f"云岭县{code}局", importance="important"))
        set_contact(COMMAND_LINE, unit, "李四", "0888-5550100", f"li@{code}.example", deputy=False)
        screening_world.fail(screening_world.site(unit, f"www.{code}.example", f"{code}网站"))
        hit = {name: getattr(HIT, name) for name in HIT.__slots__}
        hit |= {
            "unit_id": unit.id,
            "asset": f"www.{code}.example",
            "log_position": code,
            "hit_id": derived_id("hit", code),
        }
        hit |= {"event_time": clock.to_ns(now), "ingest_time": clock.to_ns(now)}
        judge(store_hits([type(HIT)(**hit)]).raising, now)


def mend(host: str) -> None:
    """Screening passes a site twice."""
    from fenghuo.base.common import clock
    from fenghuo.base.units.models import Asset
    from fenghuo.see.screening import ledger
    from tests.tables import screening_world

    asset = Asset.objects.get(value=host)
    for minutes in (1, 12):
        at = clock.now() + timedelta(minutes=minutes)
        ledger.record_visit(asset, [screening_world.verdict(asset, "exposed-vcs", at)], None)


def states() -> dict[str, str]:
    """ "unit kind" → state of each copy."""
    from fenghuo.warn.notices.models import NoticeCopy

    rows = NoticeCopy.objects.values_list("unit__code", "notice__kind", "state")
    return {f"{unit} {kind}": state for unit, kind, state in rows}


def main() -> None:
    from fenghuo.base.common.django_setup import setup

    data, verb, *arguments = sys.argv[1:]
    setup(Path(data))
    from django.db import transaction

    with transaction.atomic():
        answer = {"seed": seed, "mend": mend, "states": states}[verb](*arguments)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
