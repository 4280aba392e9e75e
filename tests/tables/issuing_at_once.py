"""Run by test_notice_numbers: sixty threads issue notices at once, ten of which fail afterwards."""

import json
import os
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]


def own_database(url: str) -> str:
    """A fresh database on the same PostgreSQL, so that this script disturbs no other test."""
    import psycopg

    name = f"issuers_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def main(folder: Path) -> None:
    sys.path.insert(0, str(ROOT / "src"))
    os.environ["FENGHUO_DATA"] = str(folder)
    if os.environ.get("FENGHUO_DATABASE_URL"):
        os.environ["FENGHUO_DATABASE_URL"] = own_database(os.environ["FENGHUO_DATABASE_URL"])
    from fenghuo.base.common.django_setup import setup

    setup(folder)
    from django.core.management import call_command
    from django.db import connection, transaction

    from fenghuo.base.audit import COMMAND_LINE, Actor
    from fenghuo.base.audit.queries import verify
    from fenghuo.base.units.actions import save_unit
    from fenghuo.base.units.models import Unit
    from fenghuo.warn.notices.drafts import Letterhead, approve, draft, submit
    from fenghuo.warn.notices.issue import issue

    call_command("migrate", verbosity=0)
    unit = save_unit(COMMAND_LINE, Unit(code="edu", name="教育局"))
    head, words = Letterhead("云岭县委网信办", "云网信"), {"kind": "drill", "title": "演练", "body": "请参加。"}
    notices = [draft(COMMAND_LINE, head, words, [unit]).id for _ in range(60)]
    for notice_id in notices:
        submit(COMMAND_LINE, notice_id)
        approve(Actor("c", "主任"), notice_id)
    numbers: list[int] = []
    failed: list[int] = []
    together = threading.Barrier(60)

    def one(notice_id: str, fails: bool) -> None:
        together.wait()
        try:
            with transaction.atomic():
                made = issue(COMMAND_LINE, notice_id).number
                if fails:
                    raise ZeroDivisionError
            numbers.append(made.number if made else 0)
        except ZeroDivisionError:
            failed.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(notice_id, n % 6 == 0)) for n, notice_id in enumerate(notices)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = verify().finding is None
    print(json.dumps({"numbers": numbers, "failed": len(failed), "trail": whole}))


main(Path(sys.argv[1]))
