"""`fenghuo bench system` with small numbers: the shape of its figures, every attack a warning, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import ROOT, until

MOST = 400


def environment(home: Path) -> dict[str, str]:
    """As in a shell where an office's installation is set, which the bench must leave alone."""
    own = {
        "TMPDIR": str(home),
        "PYTHONPATH": str(ROOT / "src"),
        "FENGHUO_LANG": "en",
        "FENGHUO_DATA": str(home / "office"),
    }
    return {**os.environ, **own}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fenghuo", "bench", "system", "--seconds", "1", "--most", str(MOST), *arguments]


def processes_of(home: Path) -> list[str]:
    """Command lines that name a folder in `home`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(home) in text:
            found.append(text)
    return found


@pytest.mark.service
def test_figures_have_their_shape_and_every_attack_is_a_warning(tmp_path: Path) -> None:
    rules = tmp_path / "own" / "more"
    rules.mkdir(parents=True)
    (rules / "rule.yml").write_text(
        "title: A shell\nid: 11111111-1111-4111-8111-111111111111\nlogsource: {product: windows, category: process_creation}\n"
        "detection:\n  s: {Image|endswith: \\powershell.exe}\n  condition: s\nlevel: low\n"
    )
    home = tmp_path / "tmp"
    home.mkdir()
    arguments = command("--attacks", "0.05", "--json", "--rules", str(rules.parent))
    done = subprocess.run(arguments, env=environment(home), capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    assert 0 < figures["rate_held_eps"] <= MOST
    assert figures["rules_loaded"] > 200
    assert figures["rules_refused"] == 0
    assert (figures["rules_quarantined"], figures["restarted"]) == (0, [])
    assert figures["steps"]
    assert figures["half"]["rate"] == figures["rate_held_eps"] // 2
    assert figures["ninety"]["rate"] == figures["rate_held_eps"] * 9 // 10
    for step in (*figures["steps"], figures["half"], figures["ninety"]):
        assert step["warned"] == step["attacks"] > 0, step
        assert step["warnings"] >= step["attacks"]
        assert step["refused"] == 0
        assert 0 < step["p50_s"] <= step["p99_s"]
        assert 0 < step["answer_p50_s"] <= step["answer_p99_s"] <= step["p99_s"]
        assert {"intake", "match-0", "judge", "sender"} <= step["cores"].keys()
    assert list(home.iterdir()) == [], "the temporary folder is gone, and the office's was not touched"
    assert processes_of(home) == []


@pytest.mark.service
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    hearing = ["env", "--default-signal=INT"]  # a shell starts what runs in the background deaf to Ctrl-C
    process = subprocess.Popen(
        [*hearing, *command()], env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until(lambda: list(tmp_path.glob("fenghuo-bench-*/data/run.json")), 120, "a platform that is up")
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 128 + signal.SIGINT
    assert list(tmp_path.iterdir()) == []
    assert processes_of(tmp_path) == []


@pytest.mark.service
def test_wrong_usage_is_said(tmp_path: Path) -> None:
    for arguments in (["--rules", str(tmp_path / "none")], ["--attacks", "0"], ["--most", "5"]):
        done = subprocess.run(
            command(*arguments), env=environment(tmp_path), capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert done.stderr.strip()
