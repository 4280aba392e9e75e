"""Every table test once more, on a real PostgreSQL."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import free_port, listening, until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's user may enter for as long as it runs.

    Not under pytest's own: every pytest that starts closes that to others, and a checkpoint that can not reach its control
    file ends the server.
    """
    made = Path(tempfile.mkdtemp(prefix="fenghuo-postgres-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.service
def test_every_table_test_on_postgresql(folder: Path, tmp_path: Path, daemon: Callable[..., Any]) -> None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "PostgreSQL is not installed; .ci/run says with which packages"
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
    log = next(tmp_path.glob("*.log")).read_text(errors="replace")[-2000:]
    assert done.returncode == 0, f"{done.stdout[-6000:]}\nPostgreSQL said:\n{log}"
    print(done.stdout.splitlines()[-1])
