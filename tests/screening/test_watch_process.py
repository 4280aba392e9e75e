"""The screening process itself: a page behind the home page and the home page are attacked; both are found, told to the judge, and the home
page is pictured before and after."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.county.servers import ROOT, python

pytestmark = [pytest.mark.service, pytest.mark.browser]


def test_tour_picture_and_warning(tmp_path: Path) -> None:
    command = [python(), "-m", "tests.screening.watched_town", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    told = [tuple(one) for one in said["told"]]
    assert {("screening:dark-link", "critical"), ("screening:tampered-page", "critical")} <= set(told)
    assert said["before"]
    assert said["found"] not in {"", said["before"]}
