"""Every kind of log source has a sample, and what its lines become stands beside it.

To make `expected.jsonl` anew after a change of a parser: run this file with Python, and read the difference.
"""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from fenghuo.see.sources import KINDS, Kind, ParseContext, Standing, parse_line

ROOM = Path(__file__).resolve().parents[1]
WORDS = {Standing.VERIFIED: "yes", Standing.PARTLY: "partly", Standing.UNVERIFIED: "no"}
CONTEXT = ParseContext(ingest_time=1_795_500_300 * 10**9)


def events(kind: str) -> list[dict[str, object]]:
    lines = (ROOM / kind / "sample.log").read_bytes().splitlines()
    return [json.loads(json.dumps(asdict(parse_line(kind, line, CONTEXT)))) for line in lines]


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_becomes_what_is_expected(kind: str) -> None:
    expected = (ROOM / kind / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    assert events(kind) == [json.loads(line) for line in expected]


def test_every_folder_is_a_kind() -> None:
    assert {p.parent.name for p in ROOM.glob("*/parse.py")} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda k: k.name)
def test_where_a_format_is_published_stands_beside_it(kind: Kind) -> None:
    first, _, rest = (ROOM / kind.name / "origin.md").read_text(encoding="utf-8").partition("\n")
    assert first == f"verified: {WORDS[kind.standing]}"
    assert "- " in rest
    _, _, formats = rest.partition("\nFormats:\n\n")
    told = [tuple(row[2:].split(": ", 1)) for row in formats.split("\n\n")[0].splitlines()]
    assert told == [(one.standing.value, one.name) for one in kind.formats]


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_that_its_parser_does_not_know_says_so_and_keeps_its_text(kind: str) -> None:
    event = parse_line(kind, '\x00 ☃ {"'.encode(), CONTEXT)
    assert (event.parse_error is None) is (kind == "plain")
    assert "☃" in str(event.fields["message"])


if __name__ == "__main__":
    for name in KINDS:
        rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in events(name))
        (ROOM / name / "expected.jsonl").write_text(rows, encoding="utf-8")
