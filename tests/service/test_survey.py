"""A survey of 500 answers from real HTTP clients: one answer for each slip, nothing that leads back to a person, the result right."""

import http.cookiejar
import json
import random
import re
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.service.conftest import ROOT, Platform

pytestmark = pytest.mark.service
SLIPS, CLIENTS = 500, 8


def office(platform: Platform, *words: str) -> Any:
    command = [sys.executable, "-m", "tests.service.survey_office", words[0], str(platform.data), *words[1:]]
    done = subprocess.run(command, cwd=ROOT, env=platform.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Browser:
    """A client with its own cookies."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def _open(self, path: str, data: bytes | None = None) -> tuple[int, str]:
        request = urllib.request.Request(f"{self._base}{path}", data, {"Referer": f"{self._base}{path}"})
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def answer(self, token: str, given: dict[str, str]) -> int:
        """Open the page, send its form; 200 where the answer was taken, else 404, or 409 where it was refused."""
        status, page = self._open(f"s/{token}/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if status != 200 or found is None:
            return 409 if status == 200 else status
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": found[1], **given}).encode()
        status, page = self._open(f"s/{token}/", form)
        return 200 if "Your answer is counted" in page else 409 if status == 200 else status


def test_500_answers(platform: Platform) -> None:
    begun = office(platform, "begin", str(SLIPS))
    tokens, dice = begun["tokens"], random.Random(20261126)
    answers = {
        token: {
            "q1": str(dice.choice((1, 2, 3, 4, 5, 5))),
            "q2": str(dice.randrange(3)),
            "q3": f"意见 {n}" if n % 5 == 0 else "",
        }
        for n, token in enumerate(tokens)
    }
    # Every slip is sent once; a hundred of them by four clients at the same moment; and fifty links that are none.
    work = list(tokens) + [token for token in tokens[:100] for _again in range(3)]
    work += [f"{token[:-2]}xx" for token in tokens[:50]]
    dice.shuffle(work)
    browsers = [Browser(platform.console) for _n in range(CLIENTS)]

    def send(job: tuple[int, str]) -> tuple[str, int]:
        number, token = job
        return token, browsers[number % CLIENTS].answer(token, answers.get(token, {"q1": "5", "q2": "0"}))

    with ThreadPoolExecutor(CLIENTS) as pool:
        done = list(pool.map(send, enumerate(work)))
    taken = Counter(token for token, status in done if status == 200)
    assert taken == Counter(tokens), "each slip exactly once"
    others = Counter(status for _token, status in done if status != 200)
    assert set(others) <= {404, 409}
    assert others[404] == 50
    found = office(platform, "result", begun["survey"])
    expected = [Counter(one[f"q{number}"] for one in answers.values()) for number in (1, 2)]
    assert found["answers"] == SLIPS
    assert [{k: v for k, v in found["sums"][str(n)].items() if v} for n in (1, 2)] == [dict(one) for one in expected]
    assert found["satisfied"] == [expected[0]["4"] + expected[0]["5"], SLIPS]
    assert sorted(found["comments"]) == found["comments"]
    assert set(found["comments"]) == {one["q3"] for one in answers.values() if one["q3"]}
    nothing_leads_back(platform, tokens)


def nothing_leads_back(platform: Platform, tokens: list[str]) -> None:
    """The database itself, read with nothing but SQLite: no token, no moment and no order of an answer."""
    base = sqlite3.connect(f"file:{platform.data}/fenghuo.sqlite3?mode=ro", uri=True)
    tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in base.execute(f'SELECT * FROM "{table}"'):
            text = " ".join(map(str, row))
            assert not any(token in text for token in tokens), table
    columns = [name for _n, name, *_rest in base.execute("PRAGMA table_info(surveys_surveytoken)")]
    assert sorted(columns) == ["hashed", "survey_id", "used"]
    assert base.execute("SELECT count(*), sum(count) FROM surveys_tally").fetchone() == (8, 2 * SLIPS)
    in_order = [hashed for (hashed,) in base.execute("SELECT hashed FROM surveys_surveytoken ORDER BY rowid")]
    assert in_order == sorted(in_order), "the order of rows is that of the hashes"
    told = base.execute("SELECT DISTINCT actor_id, address, detail FROM audit_auditrow WHERE verb = 'survey.answered'")
    assert told.fetchall() == [("survey", "", "{}")]
    logs = [path for path in platform.data.parent.rglob("*.log") if path.is_file()]
    said = " ".join(path.read_text(errors="replace") for path in logs)
    assert not any(token in said for token in tokens), "no log names a slip"
    base.close()
