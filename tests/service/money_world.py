"""What the journeys of money need in a running platform's tables, and want to know of them; a program, since a test has tables of its own.

python -m tests.service.money_world DATA seed NAME… | states
"""

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.service.journey_world import PASSWORD

WAN = 1_000_000


def seed(*names: str) -> dict[str, str]:
    """An office with a watched site, three persons, and a project of each name with records behind it; name → project."""
    from fenghuo.base.accounts.actions import add_person
    from fenghuo.base.accounts.permissions import Role
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.clocks.office import local
    from fenghuo.base.common import clock
    from fenghuo.base.units.actions import save_unit
    from fenghuo.base.units.models import Unit
    from fenghuo.faces.console.models import SiteProfile
    from fenghuo.report.performance import platforms
    from fenghuo.report.performance.presence import PlatformKind
    from tests.tables import screening_world
    from tests.tables.performance_world import up

    now = clock.now()
    profile = {"county": "云岭县", "office": "云岭县委网信办", "document_code": "云网信", "set_up_at": now}
    SiteProfile.objects.update_or_create(pk=SiteProfile.ONLY, defaults=profile)
    for name, role in (
        ("zhao", Role.FINANCE_CLERK),
        ("ji", Role.INSPECTOR),
        ("wang", Role.LEADER),
        ("an", Role.ANALYST),
    ):
        add_person(COMMAND_LINE, name, name, [role], password=PASSWORD)
    unit = save_unit(COMMAND_LINE, Unit(code="office", name="云岭县委网信办", importance="important"))
    site = screening_world.site(unit, "www.office.example", "云岭网信网")
    up(site, "up", now - timedelta(hours=2), 1)
    today = local(now).date()
    begun = date(today.year, 1, 1)
    own = platforms.Own(PlatformKind.WEBSITE, "云岭网信网", "https://www.office.example/", begun, site)
    platforms.add_platform(COMMAND_LINE, own)
    account = platforms.add_platform(COMMAND_LINE, platforms.Own(PlatformKind.WECHAT, "网信云岭", "yunling-wx", begun))
    platforms.add_post(COMMAND_LINE, account.pk, today, "https://mp.example/p/1", "截图 1")
    return {name: _project(name, unit, today) for name in names}


def _project(name: str, unit: Any, today: date) -> str:
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.common.filestore import keep
    from fenghuo.report.performance import actions, held
    from fenghuo.report.performance.held import Held
    from tests.tables.performance_world import indicator, project

    made = project(unit, year=today.year, name=name)
    held.add_activity(COMMAND_LINE, made.id, Held(today, "宣传周", "签到表", "群众", 200, 150, 140))
    content = b"%PDF-1.7 survey"
    keep(content)
    row = indicator(made, "satisfaction").id
    actions.enter(COMMAND_LINE, row, today, "李娜", "问卷汇总表", None, "九成满意", content)
    return str(made.id)


def states() -> dict[str, Any]:
    """Name of a project → fen paid, fen of its budget, contracts, acceptances, frozen versions."""
    from fenghuo.report.performance import queries
    from fenghuo.report.performance.models import Acceptance

    found = {}
    for one in queries.projects():
        money = queries.spending(one)
        versions = list(one.freezes.order_by("version").values_list("version", flat=True))
        accepted = Acceptance.objects.filter(contract__project=one).count()
        found[one.name] = [money.paid, money.budget, one.contracts.count(), accepted, versions]
    return found


def main() -> None:
    from fenghuo.base.common.django_setup import setup

    data, verb, *arguments = sys.argv[1:]
    setup(Path(data))
    from django.db import transaction

    with transaction.atomic():
        answer = {"seed": seed, "states": states}[verb](*arguments)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
