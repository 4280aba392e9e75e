"""An inspection of units, for the test of who may open what and for its own tests."""

from datetime import timedelta
from typing import Any

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import Actor
from fenghuo.base.units.models import Unit
from fenghuo.respond.inspections import actions
from fenghuo.respond.inspections.actions import Brought, Given, Seeing, Wanted
from fenghuo.respond.inspections.models import Campaign, SelfCheck
from fenghuo.respond.tasks.actions import today
from fenghuo.warn.notices.drafts import Letterhead

WRITER, UNIT = Actor("p-1", "张伟"), Actor("p-2", "李敏")
HEAD = Letterhead("云岭县委网信办", "云网信")
BACKEND = "django.contrib.auth.backends.ModelBackend"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
LINES = "1 | 主要负责人为第一责任人 | 责任制\n2 | 日志留存六个月 | 网络安全法\n3 | 停用系统已下线"
MET: Given = {"1": ("yes", ""), "2": ("no", "只留三个月"), "3": ("not-applicable", "没有停用系统")}
SEEN: Given = {"1": ("conforms", ""), "2": ("defect", "日志只留三个月"), "3": ("defect", "旧网站仍可访问")}


def opened(*units: Unit, days: int = 10) -> Campaign:
    """A running campaign of three items."""
    wanted = Wanted("2026年网络安全检查", "云网信〔2026〕3号", today() + timedelta(days=days), lines=LINES)
    return actions.open_to(WRITER, actions.prepare(WRITER, wanted).id, units)


def seeing(first: Person, second: Person, given: Given = SEEN) -> Seeing:
    """A visit of today."""
    return Seeing(today(), first, second, "李敏", given)


def of_units(own: Unit, foreign: Unit, first: Person, second: Person) -> list[dict[str, Any]]:
    """One campaign that asks both; each has written, shown a file, and was visited."""
    campaign = opened(own, foreign)
    made = []
    for unit, side in ((own, "own"), (foreign, "foreign")):
        check = SelfCheck.objects.get(campaign=campaign, unit=unit)
        given = {**MET, "2": ("no", f"note-{side}-text")}
        actions.write(UNIT, check.id, given, [Brought("1", "p.png", PNG)])
        wrong = {**SEEN, "2": ("defect", f"defect-{side}-text")}
        actions.visit(WRITER, check.id, seeing(first, second, wrong))
        made.append({"campaign_id": campaign.id, "check_id": check.id, "proof_id": check.proofs.get().pk})
    return made
