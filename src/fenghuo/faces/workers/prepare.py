"""Bring a data directory up to date before the processes start, in a process of its own that ends again."""

import json
import os
import subprocess
import sys
from pathlib import Path


class CannotPrepare(Exception):
    """The tables could not be brought up to date; the message is what the preparation said."""


def prepare(data: Path) -> str | None:
    """Migrate the tables and take up the shipped rule packs.

    The parent of all processes stays small because Django is loaded in a process of its own, which ends again.

    Returns:
        The one-time code of the first-start page, None where the platform was set up.

    Raises:
        CannotPrepare: with what went wrong.
    """
    done = subprocess.run(
        [sys.executable, "-m", "fenghuo.faces.workers.prepare", str(data)],
        env={**os.environ, "FENGHUO_DATA": str(data)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotPrepare(done.stderr.strip() or f"exit code {done.returncode}")
    code: str | None = json.loads(done.stdout.splitlines()[-1])["code"]
    return code


def _main(data: Path) -> int:
    from fenghuo.base.common.django_setup import migrate, setup

    setup(data)
    migrate()
    from fenghuo.base.clocks.actions import sync_shipped_days
    from fenghuo.base.common.settings import settings
    from fenghuo.faces.console.setup.code import ensure_code
    from fenghuo.see.rulebook.actions import sync_builtin_packs
    from fenghuo.see.rulebook.office import restore_office_folder

    if not settings().database_url:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    sync_shipped_days()
    sync_builtin_packs()
    restore_office_folder()
    sys.stdout.write(json.dumps({"code": ensure_code()}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
