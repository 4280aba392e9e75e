"""The demo county's screening, fed by stored verdicts through the same verbs as everything else; nothing is contacted."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from fenghuo.base.audit import Actor
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.workers import demo_pages
from fenghuo.faces.workers.demo_findings import BARE, FINDINGS, OUTAGES, UNTESTED, Told
from fenghuo.faces.workers.screen_store import hits_of
from fenghuo.see.rulebook.actions import store_hits
from fenghuo.see.screening import actions, ledger, rounds, watching
from fenghuo.see.screening.checks.base import Check, Finding, NotMeant, Verdict, VerdictKind
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import Up
from fenghuo.see.screening.facts import CheckClass, Facts, Page, needs
from fenghuo.see.screening.models import Origin, RoundKind, RoundState, StoredFinding, UpSpan
from fenghuo.see.screening.register import checks_for, note_register, registered_hosts, target_of
from fenghuo.see.screening.rounds import Plan
from fenghuo.warn.early_warnings.actions import judge

_OFFICE, _ANALYST, _LEADER = Actor("demo", "演示管理员"), Actor("demo-lina", "李娜"), Actor("demo-wang", "王主任")
_CONTACT = Actor("demo-contact", "陈联络")
_DAY = timedelta(days=1)
_LAST = timedelta(hours=2)
_NOT_MEANT = {"mail-starttls": NotMeant.NO_MAIL, "insecure-form": NotMeant.NO_FORM, "cookie-flags": NotMeant.NO_COOKIE}
_PAGE = "<html><head><title>{title}</title></head><body><h1>{title}</h1><p>政务公开 办事服务 互动交流</p></body></html>"


def seed(now: datetime) -> None:
    """Everything, in the caller's transaction."""
    sites = {asset.unit.code: asset for asset in _assets()}
    for code, asset in sites.items():
        _authorise(code, asset, now)
    _more_assets(now)
    _past(sites, now)
    everything = list(Asset.objects.select_related("unit"))
    for moment in (now - 31 * _DAY, now):
        note_register(moment)
        ledger.fill(ledger.month_of(moment), everything, moment)
    running = _round(now)
    _visit_all(sites, now, running)
    _go_on(now)
    for code, asset in sites.items():
        _watched(code, asset, now)
    demo_pages.seed(sites, now)
    StoredFinding.objects.update(to_tell=False)  # what is a warning was judged above


def _assets() -> list[Asset]:
    return list(Asset.objects.select_related("unit").filter(kind="website").order_by("pk"))


def _more_assets(now: datetime) -> None:
    """Assets of other kinds: a domain, a mail domain, and an account that no check concerns."""
    unit = Unit.objects.get(code="yl-gov")
    for kind, name, value in (
        ("domain", "云岭县政府域名", "yunling.example"),
        ("mail-domain", "云岭县政务邮箱", "mail.yunling.example"),
        ("public-account", "云岭发布", "云岭发布"),
    ):
        asset = save_asset(_OFFICE, Asset(unit=unit, kind=kind, name=name, value=value))
        if kind == "domain":
            _authorise("yl-gov", asset, now)


def _authorise(code: str, asset: Asset, now: datetime) -> None:
    if code in BARE:
        return
    given = {
        "classes": [c.value for c in CheckClass if code != "yl-water" or c is not CheckClass.PORTS],
        "begins": now - 60 * _DAY,
        "ends": now + 305 * _DAY,
        "given_by": "陈联络",
        "document": f"云网信授权〔2026〕{asset.pk}号",
        "quiet": [["08:00", "09:30"]] if code == "yl-service" else [],
    }
    made = actions.authorise(_OFFICE, asset, given)
    if code == "yl-nature":
        actions.withdraw(_CONTACT, made.id, "授权人调离，另行签署")
        actions.authorise(_CONTACT, asset, {**given, "begins": now - 20 * _DAY})


def _verdict(
    asset: Asset, check: Check, at: datetime, told: Sequence[Told], untested: tuple[str, str] | None
) -> Verdict:
    """What a visit says: the findings of the story, what the story could not test, else a pass."""
    findings = tuple(Finding(t.outcome, t.locus, t.evidence) for t in told)
    kind, reason, detail = VerdictKind.PASS, "", ""
    if findings:
        kind = VerdictKind.FAIL
    elif check.id in _NOT_MEANT:
        kind, reason = VerdictKind.NOT_APPLICABLE, _NOT_MEANT[check.id].value
    elif untested is not None and check.check_class in {CheckClass.CONTENT, CheckClass.SERVICES}:
        kind, (reason, detail) = VerdictKind.COULD_NOT_TEST, untested
    elif check.check_class is CheckClass.PORTS and asset.unit.code == "yl-water":
        kind, reason = VerdictKind.COULD_NOT_TEST, "not-authorised"
    return Verdict(asset.value, check.id, check.version, kind, at, reason, detail, findings)


def _story(code: str) -> Iterator[Told]:
    return (told for told in FINDINGS if told.unit == code and told.check in all_checks())


def _past(sites: dict[str, Asset], now: datetime) -> None:
    """The findings, from the day on which each was seen first; those that were mended pass twice."""
    for told in sorted(FINDINGS, key=lambda t: -t.days):
        asset, check = sites[told.unit], all_checks().get(told.check)
        if check is None:
            continue
        first = now - timedelta(days=told.days)
        steps: list[tuple[datetime, bool]] = [(first, True)]
        if told.then in {"closed", "came-back"}:
            steps += [(first + 8 * _DAY, False), (first + 8.5 * _DAY, False)]
        if told.then == "came-back":
            steps.append((first + 20 * _DAY, True))
        for at, seen in steps:
            verdict = _verdict(asset, check, at, [told] if seen else [], None)
            recorded = ledger.record_visit(asset, [verdict], None, planned=False)
            if at > now - 2 * _DAY:
                judge(store_hits(hits_of(recorded.raised)).raising, now)


def _round(now: datetime) -> str:
    """A comprehensive round that is under way, and one that waits for the leader."""
    plan = Plan(RoundKind.COMPREHENSIVE, "2026 年四季度全面筛查", now - _DAY, now + 13 * _DAY)
    made = rounds.plan(_ANALYST, plan)
    rounds.advance(_LEADER, made.id, RoundState.AUTHORISED)
    rounds.advance(_ANALYST, made.id, RoundState.RUNNING)
    rounds.plan(_ANALYST, Plan(RoundKind.SPECIAL, "元旦春节专项筛查", now + 20 * _DAY, now + 34 * _DAY))
    return made.id


def _visit_all(sites: dict[str, Asset], now: datetime, round_id: str) -> None:
    """The last visit of each site; two have not had theirs in the round, one is left out of it."""
    rounds.exclude(_ANALYST, round_id, sites["yl-town1"].pk, "网站改版停机，下轮补检")
    registered = registered_hosts()
    for number, (code, asset) in enumerate(sites.items()):
        if code in BARE:
            continue
        late = code in {"yl-service", "yl-finance"}
        at = now - (_LAST + timedelta(minutes=9 * number)) - (2 * _DAY if late else timedelta())
        told = [t for t in _story(code) if t.then not in {"closed", "passed-once"} and now - t.days * _DAY <= at]
        verdicts = [
            _verdict(asset, check, at, [t for t in told if t.check == check.id], UNTESTED.get(code))
            for check in checks_for(asset.kind)
            if not any(t.check == check.id and now - t.days * _DAY > at for t in _story(code))
        ]
        server = "nginx/1.18.0" if number % 2 else "Apache/2.4.41"
        page = Page(
            f"http://{asset.value}/",
            200,
            (("Content-Type", "text/html; charset=utf-8"), ("Server", server)),
            _PAGE.format(title=asset.name).encode(),
        )
        facts = Facts(target_of(asset, registered), at, {needs.HOME.name: page})
        ledger.record_visit(asset, verdicts, facts, planned=not late)
        ledger.learn(asset, facts)
    _brought(sites["yl-hospital"], now)


def _brought(asset: Asset, now: datetime) -> None:
    """A result of a testing company."""
    check = all_checks()["risky-ports"]
    found = Finding("database", "tcp/1433", "nmap 1433/tcp open ms-sql-s Microsoft SQL Server 2014")
    verdict = Verdict(
        asset.value, check.id, check.version, VerdictKind.FAIL, now - _DAY, findings=(found,), whole=False
    )
    ledger.record_visit(asset, [verdict], None, Origin.COMPANY, "滇安检测有限公司 赵工", planned=False)


def _go_on(now: datetime) -> None:
    """What people did with the findings."""
    for told in FINDINGS:
        found = StoredFinding.objects.filter(
            asset__unit__code=told.unit, check_id=told.check, outcome=told.outcome, locus=told.locus
        ).first()
        if found is None:
            continue
        until = now + 60 * _DAY
        if told.then == "retest":
            actions.ask_retest(_CONTACT, found.id)
        elif told.then == "accepted":
            actions.accept_risk(_LEADER, found.id, "网站年底迁入集约化平台，迁移后统一配置", until)
        elif told.then in {"proposed", "false-positive"}:
            actions.propose_false_positive(_ANALYST, found.id, "该入口仅供内网检测设备使用，已核实", until)
            if told.then == "false-positive":
                actions.confirm_false_positive(_LEADER, found.id)
        elif told.then == "passed-once":
            check = all_checks()[told.check]
            verdict = Verdict(found.asset.value, check.id, check.version, VerdictKind.PASS, now - timedelta(minutes=6))
            ledger.record_visit(found.asset, [verdict], None, planned=False)


def _watched(code: str, asset: Asset, now: datetime) -> None:
    """Ninety days of availability. Past spans are written down as such: looks by the minute would take an hour to replay."""
    if code in BARE:
        return
    begins, spans = now - 90 * _DAY, []
    outages = sorted(
        (now - timedelta(days=days), minutes, state, stage)
        for unit, days, minutes, state, stage in OUTAGES
        if unit == code
    )
    for at, minutes, state, stage in outages:
        ends = min(at + timedelta(minutes=minutes), now)
        spans.append(UpSpan(asset=asset, state=Up.UP, begins=begins, ends=at))
        spans.append(UpSpan(asset=asset, state=state, stage=stage, begins=at, ends=ends, visits=minutes))
        begins = ends
    if begins < now:
        spans.append(UpSpan(asset=asset, state=Up.UP, begins=begins, ends=now - timedelta(minutes=1), visits=60_000))
        UpSpan.objects.bulk_create(spans)
        watching.observe(asset, now, "", 180)
    else:
        UpSpan.objects.bulk_create(spans)
        watching.observe(asset, now, spans[-1].stage, 15_000)
    if code == "yl-gov":
        watching.maintain(
            _CONTACT, asset, now + 2 * _DAY, now + 2 * _DAY + timedelta(hours=3), "更换证书、升级发布系统"
        )
