"""The demo county: units, assets, sources, people and a roster, made through the same verbs as everything else."""

import json
import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path

_UNITS = (
    ("yl-edu", "云岭县教育局", "department", "important", "jyj.yunling.example"),
    ("yl-health", "云岭县卫生健康局", "department", "important", "wjj.yunling.example"),
    ("yl-hospital", "云岭县人民医院", "hospital", "vital", "his.yunling-hospital.example"),
    ("yl-gov", "云岭县人民政府门户网站", "department", "vital", "www.yunling.example"),
    ("yl-service", "云岭县政务服务中心", "department", "vital", "zwfw.yunling.example"),
    ("yl-finance", "云岭县财政局", "department", "important", "czj.yunling.example"),
    ("yl-nature", "云岭县自然资源局", "department", "ordinary", "zrzy.yunling.example"),
    ("yl-police", "云岭县公安局", "department", "important", "gaj.yunling.example"),
    ("yl-school1", "云岭县第一中学", "school", "ordinary", "yz.yunling.example"),
    ("yl-town1", "青石镇人民政府", "township", "ordinary", "qsz.yunling.example"),
    ("yl-town2", "白水乡人民政府", "township", "ordinary", "bsx.yunling.example"),
    ("yl-water", "云岭县自来水公司", "enterprise", "vital", "water.yunling.example"),
)
_SHIFTS = 21
"""Of eight hours: the demo's roster covers a week."""
_PEOPLE = (
    ("zhangwei", "张伟", ["duty-officer"]),
    ("lina", "李娜", ["duty-officer", "analyst"]),
    ("wangzhu", "王主任", ["leader"]),
)


def _main(data: Path) -> int:
    from fenghuo.base.common.django_setup import migrate, setup

    setup(data)
    migrate()
    from django.db import transaction

    from fenghuo.base.accounts.actions import add_person
    from fenghuo.base.audit import Actor
    from fenghuo.base.common import clock
    from fenghuo.base.units.actions import save_asset, save_unit, set_contact
    from fenghuo.base.units.models import Asset, Unit
    from fenghuo.faces.console.models import SiteProfile
    from fenghuo.faces.workers import (
        demo_incidents,
        demo_notices,
        demo_performance,
        demo_published,
        demo_respond,
        demo_screening,
        demo_tasks,
        demo_training,
    )
    from fenghuo.see.inventory.actions import add_source
    from fenghuo.warn.duty.actions import add_shift

    actor = Actor("demo", "demo")
    tokens = {}
    password = secrets.token_urlsafe(9)
    with transaction.atomic():
        for code, name, kind, importance, host in _UNITS:
            unit = save_unit(actor, Unit(code=code, name=name, kind=kind, importance=importance))
            save_asset(actor, Asset(unit=unit, kind="website", name=f"{name}网站", value=host, importance=importance))
            set_contact(actor, unit, "陈联络", "0888-5550100", f"contact@{host}", deputy=False)
            for log_kind in ("nginx", "syslog"):
                asset = host if log_kind == "nginx" else ""
                _source, tokens[f"{code}/{log_kind}"] = add_source(
                    actor, unit, log_kind, name=f"{name} {log_kind}", asset=asset
                )
        roles = ["system-admin", "duty-officer", "analyst"]
        add_person(actor, "demo", "演示管理员", roles, email="demo@yunling.example", password=password)
        now = clock.now()
        people = []
        for username, name, person_roles in _PEOPLE:
            person, _ = add_person(actor, username, name, person_roles, email=f"{username}@yunling.example")
            people.append(person)
        begins = now - timedelta(hours=2)
        for turn in range(_SHIFTS):
            for place, post in enumerate("AB"):
                ends = begins + timedelta(hours=8)
                add_shift(actor, people[(turn + place) % 2], post, begins, ends)
            begins = ends
        demo_screening.seed(now)
        demo_incidents.seed(now)
        demo_respond.seed(now)
        demo_notices.seed(now)
        demo_performance.seed(now)
        demo_published.seed(now)
        demo_training.seed(now)
        demo_tasks.seed(people)
        site = {"county": "云岭县（演示）", "office": "县委网信办", "demo": True, "set_up_at": now}
        SiteProfile.objects.update_or_create(pk=SiteProfile.ONLY, defaults=site)
    _keep(data / "demo.json", {"username": "demo", "password": password, "tokens": tokens})
    return 0


def _keep(path: Path, content: object) -> None:
    """Write what the replay and the command need to know, for this user only."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python -m fenghuo.faces.workers.demo_seed FOLDER")
    sys.exit(_main(Path(sys.argv[1])))
