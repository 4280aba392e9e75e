"""The screening process judges anew by itself when content changes, hands grave findings on, and does so once."""

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from fenghuo.faces.workers import screen
from fenghuo.faces.workers.child import Child
from fenghuo.see.screening.content import registry
from fenghuo.see.screening.rejudge import Rejudged


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The process with its tables left out: each call into them is made where it stands."""

    def at_once(work: Any) -> Any:
        async def done(*args: Any) -> Any:
            return work(*args)

        return done

    monkeypatch.setattr(screen, "in_tables", at_once)
    (tmp_path / "log").mkdir()
    made = screen.Screener(Child("screen", tmp_path, {}, threading.Event()))
    yield made
    made._hits.close()
    made._contacts.close()
    registry.use(None)


def test_changed_content_judges_every_site_once(process: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[tuple[int, set[str]]] = []

    def rejudge(numbers: list[int], checks: Any) -> Rejudged:
        judged.extend((number, {check.id for check in checks}) for number in numbers)
        return Rejudged(len(numbers))

    monkeypatch.setattr(screen, "rejudge", rejudge)
    monkeypatch.setattr(screen, "sites", lambda: [1, 2, 3])
    asyncio.run(process._judge_anew())
    assert [number for number, _checks in judged] == [1, 2, 3], "a first start has everything to judge"
    asyncio.run(process._judge_anew())
    assert len(judged) == 3
    noted = tmp_path / "content" / "judged.json"
    before = json.loads(noted.read_text(encoding="utf-8"))
    noted.write_text(json.dumps({**before, "end-of-life": "older"}), encoding="utf-8")
    asyncio.run(process._judge_anew())
    assert judged[3:] == [(number, {"end-of-life-product"}) for number in (1, 2, 3)]


def test_a_stop_on_the_way_judges_again(process: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_numbers: list[int], _checks: Any) -> Rejudged:
        raise OSError("disk")

    monkeypatch.setattr(screen, "sites", lambda: [1])
    monkeypatch.setattr(screen, "rejudge", broken)
    with pytest.raises(OSError, match="disk"):
        asyncio.run(process._judge_anew())
    calls: list[int] = []
    monkeypatch.setattr(screen, "rejudge", lambda numbers, _checks: calls.extend(numbers) or Rejudged(1))
    asyncio.run(process._judge_anew())
    assert calls == [1]


def test_results_add_up() -> None:
    assert Rejudged(1, 2) + Rejudged(3, 4) == Rejudged(4, 6)
