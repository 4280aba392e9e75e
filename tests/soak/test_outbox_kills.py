"""1,000 kills at named points over 100,000 warnings: 0 lost, each delivered, told in a digest or in the human queue, doubles marked.

KILLS=1000 WARNINGS=100000 KILL_SEED=1 python -m pytest tests/soak/test_outbox_kills.py -m soak -s
"""

import os
from pathlib import Path

import pytest

from tests.tables.test_outbox_process import judge, run

KILLS = int(os.environ.get("KILLS", "1000"))
WARNINGS = int(os.environ.get("WARNINGS", "100000"))
SEED = int(os.environ.get("KILL_SEED", "20261126"))


@pytest.mark.soak
def test_a_thousand_kills_lose_nothing(tmp_path: Path) -> None:
    found = run("kills", tmp_path / "data", KILLS, WARNINGS, SEED)
    print(found)
    judge(found, KILLS, WARNINGS)
