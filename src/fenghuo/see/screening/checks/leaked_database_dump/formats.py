"""What a database was exported to, told by the grammar of its first bytes."""

import re
from dataclasses import dataclass

from fenghuo.see.screening.facts import Page

_FILES = (
    (re.compile(rb"\A\x00\x01\x00\x00Standard (?:Jet|ACE) DB"), "Access"),
    (re.compile(rb"\ASQLite format 3\x00"), "SQLite"),
    (re.compile(rb"\ATAPE\x00\x00.\x00", re.DOTALL), "SQL Server backup"),
    (re.compile(rb"\APGDMP\x01[\x00-\x20]"), "pg_dump, custom format"),
)
_TOOLS = (
    (re.compile(r"^-- MySQL dump \d+\.", re.MULTILINE), "mysqldump"),
    (re.compile(r"^(?:-- MariaDB dump \d+\.|/\*M!999999)", re.MULTILINE), "mariadb-dump"),
    (re.compile(r"^-- PostgreSQL database (?:cluster )?dump\s*$", re.MULTILINE), "pg_dump"),
    (re.compile(r"^\s*(?:\*+\s*)?Navicat (?:\w+ ){0,3}Data Transfer\s*$", re.MULTILINE), "Navicat"),
    (re.compile(r"^-- phpMyAdmin SQL Dump\s*$", re.MULTILINE), "phpMyAdmin"),
    (re.compile(r"^-- (?:HeidiSQL|Host:\s).{0,80}$", re.MULTILINE), "HeidiSQL"),
    (re.compile(r"^-- Adminer \d", re.MULTILINE), "Adminer"),
    (re.compile(r"^/\*+ Object:\s+(?:Table|Database|StoredProcedure|View) \[", re.MULTILINE), "SQL Server script"),
)
_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|#[^\n]*(?:\n|\Z)|/\*(?!!|M!).*?(?:\*/|\Z))+", re.DOTALL)
_NAME = r"[`\"\[]?[\w$\u4e00-\u9fff.-]{1,80}[`\"\]]?(?:\.[`\"\[]?[\w$\u4e00-\u9fff-]{1,80}[`\"\]]?)?"
_STATEMENT = re.compile(
    r"\A(?:/\*!\d{5,6}\s+SET\b|/\*M!\d{6}|SET\s+(?:NAMES\s+\w|[@\w. ]+\s*(?:=|TO))"
    rf"|DROP\s+(?:TABLE|DATABASE|VIEW)\s+(?:IF\s+EXISTS\s+)?{_NAME}\s*;"
    rf"|CREATE\s+(?:TABLE|DATABASE|SCHEMA)\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}|INSERT\s+INTO\s+{_NAME}\s*(?:\(|VALUES)"
    rf"|USE\s+{_NAME}\s*(?:;|\s+GO\b)|(?:BEGIN|START)(?:\s+TRANSACTION)?\s*;"
    rf"|LOCK\s+TABLES\s|SELECT\s+pg_catalog\.|COPY\s+{_NAME}\s*\()",
    re.IGNORECASE,
)
_PROOF = re.compile(
    rf"^[ \t]*(?:CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?({_NAME})\s*\("
    rf"|INSERT\s+INTO\s+({_NAME})\s*(?:\([^)\n]{{0,2000}}\)\s*)?VALUES\s*\("
    rf"|COPY\s+({_NAME})\s*\([^)\n]{{0,2000}}\)\s+FROM\s+stdin;)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Dump:
    """An export: who wrote it, whether it is a file of a database instead of SQL text, and names of tables that were seen."""

    tool: str
    is_file: bool
    tables: tuple[str, ...] = ()


def dump_of(page: Page) -> Dump | None:
    """The export of which the page holds the first bytes, None for anything else."""
    for magic, name in _FILES:
        if magic.match(page.body):
            return Dump(name, True)
    if page.is_html or b"\x00" in page.body.removeprefix(b"\xff\xfe")[:64:2]:
        return None
    return _sql(_decoded(page))


def _decoded(page: Page) -> str:
    # SQL Server Management Studio writes UTF-16 with a mark
    if page.body.startswith(b"\xff\xfe"):
        return page.body[2:].decode("utf-16-le", errors="replace")
    return page.text.lstrip("\ufeff")


def _sql(text: str) -> Dump | None:
    """SQL text begins, after comments, with a statement of an export, and has a tool's heading or a table with rows or columns."""
    comments = _COMMENTS.match(text)
    heading, rest = (comments.group(), text[comments.end() :]) if comments else ("", text)
    if rest and not _STATEMENT.match(rest):
        return None
    tool = next((name for mark, name in _TOOLS if mark.search(heading) or mark.match(rest)), "")
    names = (next(filter(None, match)) for match in _PROOF.findall(text))
    tables = tuple(dict.fromkeys(re.sub(r"[`\"\[\]]", "", name) for name in names))
    if not (tables or (tool and rest)):
        return None
    return Dump(tool or "SQL", False, tables)
