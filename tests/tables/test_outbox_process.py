"""The outbox in processes that die and on a disk that is full: nothing lost, nothing doubled unmarked."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

SCRIPT = Path(__file__).with_name("outbox_process.py")


def run(*arguments: object) -> dict[str, Any]:
    """What the script found."""
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=7200)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def judge(found: dict[str, Any], kills: int, warnings: int) -> None:
    """What acceptance asks of a run of kills."""
    assert (found["kills"], found["accepted"]) == (kills, warnings)
    assert (found["lost"], found["unmarked"]) == (0, 0)
    assert found["doubles"] <= kills


def test_processes_die_at_every_named_point_and_nothing_is_lost(tmp_path: Path) -> None:
    found = run("kills", tmp_path / "data", 16, 160, 20261126)
    judge(found, 16, 160)
    assert len(found["points"]) >= 8
    assert found["digested"] > 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="there the disk is the database server's")
def test_a_full_disk_stops_sending_and_loses_nothing(tmp_path: Path) -> None:
    found = run("disk", tmp_path / "data")
    assert found["failures"] > 0
    assert found["while_full"] == 3, "nothing is sent whose beginning could not be written down"
    assert {matter for matter, _mark in found["out"]} == {f"warning:{n}" for n in range(10)}
    again = [
        mark for number, (matter, mark) in enumerate(found["out"]) if matter in [m for m, _ in found["out"][:number]]
    ]
    assert again == [True], "what had gone and could not be recorded went again, marked"
