"""A project with the built-in table and a year of records behind it, made through the rooms that write them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.tables import screening_world as screening

from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.base.common.filestore import keep
from fenghuo.base.units.models import Asset, Unit
from fenghuo.report.performance import actions, held, money, platforms
from fenghuo.report.performance.actions import Wanted
from fenghuo.report.performance.held import Held
from fenghuo.report.performance.models import Project, Stage
from fenghuo.report.performance.presence import Platform, PlatformKind, PlatformPost
from fenghuo.see.screening import ledger, rounds
from fenghuo.see.screening.models import Cell, RoundKind, RoundState, UpSpan
from fenghuo.see.screening.rounds import Plan

CLERK, LEADER = Actor("c-1", "财务"), Actor("l-1", "王主任")
SHANGHAI = ZoneInfo("Asia/Shanghai")
WAN = 1_000_000


def moment(*parts: int) -> datetime:
    """A moment of 2027 in the office's time zone: month, day, hour …"""
    return datetime(2027, *parts, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]


@contextmanager
def at(*parts: int) -> Iterator[datetime]:
    """The clock stands at a moment of 2027."""
    now = moment(*parts)
    with clock.moved(lambda: clock.to_ns(now)):
        yield now


def project(unit: Unit | None = None, year: int = 2027, name: str = "网信办经费") -> Project:
    """A project of 70 万元 with the built-in table."""
    made = actions.add_project(LEADER, Wanted(year, name, 70 * WAN, "212-0405", unit=unit))
    actions.adopt_table(LEADER, made.id)
    return made


def indicator(of: Project, code: str) -> Any:
    """A row of the table."""
    return of.indicators.get(code=code)


def round_of(name: str, kind: RoundKind, done: bool = True) -> str:
    """A round that begins now."""
    now = clock.now()
    made = rounds.plan(screening.OFFICE, Plan(kind, name, now, now + timedelta(days=20)))
    for state in (RoundState.AUTHORISED, RoundState.RUNNING):
        rounds.advance(screening.OFFICE, made.id, state)
    if done:
        rounds.advance(screening.OFFICE, made.id, RoundState.DONE)
    return made.id


def finish_cells(round_id: str, asset: Asset, verdict: str) -> None:
    """Every open cell of an asset in a round gets a verdict."""
    cells = Cell.objects.filter(period=ledger.round_period(round_id), asset_id=asset.pk)
    cells.exclude(verdict="not-applicable").update(verdict=verdict)


def up(asset: Asset, state: str, begins: datetime, hours: float) -> None:
    """A span of availability."""
    UpSpan.objects.create(asset=asset, state=state, begins=begins, ends=begins + timedelta(hours=hours))


def activity(
    of: Project, month: int, name: str, invited: int | None, present: int | None, registered: int | None = None
) -> None:
    """An event on the tenth of a month."""
    held.add_activity(
        LEADER,
        of.id,
        Held(date(2027, month, 10), name, "签到表", invited=invited, registered=registered, present=present),
    )


def platform(
    kind: str, name: str, since: date, asset: Asset | None = None, days: int = 30, posts: Iterable[date] = ()
) -> Platform:
    """A platform of the office, with the days on which it posted."""
    address = f"https://{kind}.example/{name}"
    made = platforms.add_platform(LEADER, platforms.Own(PlatformKind(kind), name, address, since, asset, days))
    for on in posts:
        post(made, on)
    return made


def post(of: Platform, on: date) -> PlatformPost:
    """Something that a platform posted."""
    return platforms.add_post(LEADER, of.pk, on, f"{of.address}/{on:%m%d}", "截图")


def pay(of: Project, month: int, voucher: str, fen: int) -> None:
    """A payment on the fifth of a month."""
    money.pay(CLERK, of.id, money.Paid(voucher, date(2027, month, 5), fen, "某公司"))


def standing() -> dict[str, Any]:
    """A project of this year with a stage that is fixed, for the test of who may open what."""
    year = clock.now().astimezone(SHANGHAI).year
    made = project(year=year)
    frozen = actions.freeze(LEADER, made.id, Stage.DECLARED)
    row, content = indicator(made, "satisfaction").id, b"%PDF-1.7 survey"
    keep(content)
    entry = actions.enter(LEADER, row, date(year, 1, 1), "李娜", "问卷", Decimal(90), "", content)
    account = platform("weibo", "网信", date(year, 1, 1), posts=[date(year, 1, 1)])
    entered = held.add_activity(LEADER, made.id, Held(date(year, 1, 1), "讲座", "签到表"))
    numbers = {"entry_id": entry.pk, "freeze_id": frozen.pk, "activity_id": entered.pk}
    numbers |= {"platform_id": account.pk, "post_id": account.posts.get().pk}
    return {"project_id": made.id, "line_id": row, "what": "payment", **numbers}
