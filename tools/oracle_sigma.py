"""Sigma rules as SQL over one table of events: pySigma with its SQLite backend, the way in which Zircolite goes. A test oracle.

    .oracles/sigma/bin/python tools/oracle_sigma.py IN.json OUT.json

It runs in the environment that tools/oracles.sh makes, and knows nothing of Fenghuo, so that the two can't share a mistake.

IN: {"rules": [{"text": YAML, "sources": [1, …] or null for all}, …], "events": [{"source": 1, "fields": {…}}, …]}; fields are flat.
OUT: {"hits": [[rule, row], …], "refused": {rule: reason}, "seconds": {"convert": …, "insert": …, "query": …}}. Numbers count from 0; the
seconds are of processor time.
"""

import json
import re
import sqlite3
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError

_TEXT = "all values"


class Backend(sqliteBackend):
    """The backend with columns c0, c1 …: SQLite's own names ignore case, and events have both `User` and `USER`."""

    def __init__(self) -> None:
        self.columns: dict[str, str] = {}
        super().__init__(fulltext_field=_TEXT)
        self.escape_and_quote_field(_TEXT)

    def escape_and_quote_field(self, field: str) -> str:
        """The column of a field."""
        return self.columns.setdefault(field, f"c{len(self.columns)}")

    def finalize_query_default(self, rule: Any, query: str, index: int, state: Any) -> str:
        """The condition alone; what stands before it is ours, see `_query`."""
        return query


def main() -> None:
    """Read IN, write OUT."""
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    seconds: dict[str, float] = {}
    started = time.process_time()
    backend = Backend()
    queries, refused = _convert(backend, given["rules"])
    seconds["convert"] = time.process_time() - started
    started = time.process_time()
    database = _table(backend, given["events"])
    seconds["insert"] = time.process_time() - started
    started = time.process_time()
    hits = [(number, row) for number, query in queries for (row,) in database.execute(query)]
    seconds["query"] = time.process_time() - started
    out = {"hits": sorted(set(hits)), "refused": refused, "seconds": seconds}
    Path(sys.argv[2]).write_text(json.dumps(out), encoding="utf-8")


def _convert(backend: Backend, rules: list[dict[str, Any]]) -> tuple[list[tuple[int, str]], dict[int, str]]:
    queries: list[tuple[int, str]] = []
    refused: dict[int, str] = {}
    for number, rule in enumerate(rules):
        try:
            for one in SigmaCollection.from_yaml(rule["text"]):
                queries += [(number, _query(sql, rule["sources"])) for sql in backend.convert_rule(one)]
        except SigmaError as error:
            refused[number] = f"{type(error).__name__}: {error}"
    return queries, refused


def _query(condition: str, sources: list[int] | None) -> str:
    if sources is None:
        return f"SELECT row FROM logs WHERE {condition}"
    return f"SELECT row FROM logs WHERE source IN ({','.join(map(str, sources))}) AND ({condition})"


def _table(backend: Backend, events: list[dict[str, Any]]) -> sqlite3.Connection:
    """A table with a column for each field that a rule asks for, those that events have first, since SQLite reads rows from the left."""
    database = sqlite3.connect(":memory:")
    database.create_function("regexp", 2, _regexp, deterministic=True)
    used = {name for event in events for name in event["fields"]}
    names = sorted(backend.columns, key=lambda name: (name not in used, name != _TEXT))
    columns = ", ".join(f"{backend.columns[name]} TEXT COLLATE NOCASE" for name in names)
    database.execute(f"CREATE TABLE logs (row INTEGER PRIMARY KEY, source INTEGER, {columns})")
    database.execute("CREATE INDEX by_source ON logs (source)")
    marks = ", ".join("?" * (len(names) + 2))
    database.executemany(f"INSERT INTO logs VALUES ({marks})", _rows(events, names))
    return database


def _rows(events: list[dict[str, Any]], names: list[str]) -> Iterator[list[Any]]:
    for row, event in enumerate(events):
        flat = {name: _cell(value) for name, value in event["fields"].items()}
        flat[_TEXT] = "\n".join(str(value) for value in flat.values() if value is not None)
        yield [row, event["source"], *(flat.get(name) for name in names)]


def _cell(value: Any) -> Any:
    """What a flattener puts into a column: an array as one text, true and false as words, as rules write them."""
    if isinstance(value, list):
        return ", ".join("" if v is None else str(_cell(v)) for v in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _regexp(pattern: str, value: Any) -> bool:
    return value is not None and _expression(pattern).search(str(value)) is not None


if __name__ == "__main__":
    main()
