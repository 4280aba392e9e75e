"""Run by test_notice_numbers: sixty threads take numbers at once, ten of which fail afterwards."""

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

    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.audit.actions import record
    from fenghuo.base.common import clock
    from fenghuo.warn.notices.numbers import take

    call_command("migrate", verbosity=0)
    numbers: list[int] = []
    failed: list[int] = []
    together = threading.Barrier(60)

    def issue(fails: bool) -> None:
        together.wait()
        try:
            with transaction.atomic():
                made = take("云网信", clock.now())
                record(COMMAND_LINE, "test.issued", "test:1")
                if fails:
                    raise ZeroDivisionError
            numbers.append(made.number)
        except ZeroDivisionError:
            failed.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=(n % 6 == 0,)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"numbers": numbers, "failed": len(failed)}))


main(Path(sys.argv[1]))
