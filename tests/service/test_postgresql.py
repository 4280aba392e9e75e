"""Every table test once more, on a real PostgreSQL."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import free_port, listening, until

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.service
def test_every_table_test_on_postgresql(tmp_path_factory: pytest.TempPathFactory, daemon: Callable[..., Any]) -> None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "PostgreSQL is not installed; .ci/run says with which packages"
    folder = tmp_path_factory.mktemp("postgres")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    as_user = []
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = [str(shutil.which("runuser")), "-u", "postgres", "--"]
    data, port = folder / "db", free_port()
    made = [
        *as_user,
        str(programs[-1] / "initdb"),
        "-D",
        str(data),
        "-U",
        "fenghuo",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run(made, check=True, capture_output=True, cwd="/")
    hasty = [
        word for setting in ("fsync=off", "synchronous_commit=off", "full_page_writes=off") for word in ("-c", setting)
    ]
    daemon(
        *as_user,
        str(programs[-1] / "postgres"),
        *hasty,
        *("-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)),
    )
    until(lambda: listening(port), 20, "PostgreSQL")
    environment = {**os.environ, "FENGHUO_DATABASE_URL": f"postgres://fenghuo@127.0.0.1:{port}/postgres"}
    environment.pop("FENGHUO_DATA", None)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/tables",
        "-q",
        "-p",
        "no:cacheprovider",
        "-x",
        "-n",
        "2",
        "-m",
        "not soak",
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    print(done.stdout.splitlines()[-1])
