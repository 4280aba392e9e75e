"""The grammar of exports."""

import pytest

from fenghuo.see.screening.checks.leaked_database_dump import samples
from fenghuo.see.screening.checks.leaked_database_dump.formats import Dump, dump_of
from fenghuo.see.screening.checks.samples import page


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (samples.MYSQLDUMP, Dump("mysqldump", False, ("user",))),
        (samples.PG_DUMP, Dump("pg_dump", False)),
        (samples.NAVICAT, Dump("Navicat", False)),
        (samples.BARE, Dump("SQL", False, ("member",))),
        (samples.SQL_SERVER, Dump("SQL", False, ("dbo.Users",))),
        (
            "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n/*!40101 SET NAMES utf8 */;\n",
            "mariadb-dump",
        ),
        (
            '-- phpMyAdmin SQL Dump\n-- version 5.2.1\n\nSET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";\nSTART TRANSACTION;\n',
            "phpMyAdmin",
        ),
        (
            "# 数据备份\nDROP TABLE IF EXISTS `dede_admin`;\nCREATE TABLE `dede_admin` (\n",
            Dump("SQL", False, ("dede_admin",)),
        ),
        ("COPY public.users (id, name) FROM stdin;\n1\t张三\n", Dump("SQL", False, ("public.users",))),
        ("SET me = free;\nand other songs\n", None),
        ("USE oa;\nthen type your password\n", None),
        ("-- just a comment\n", None),
        ("CREATE TABLE 是建表语句\n", None),
        ("body { color: red }\n", None),
    ],
)
def test_sql_texts(body: str, known: Dump | str | None) -> None:
    found = dump_of(samples.text(body))
    assert (found.tool if found and isinstance(known, str) else found) == known


@pytest.mark.parametrize(
    ("body", "tool"),
    [
        (b"TAPE\x00\x00\x03\x00\x8c\x00", "SQL Server backup"),
        (b"PGDMP\x01\x0e\x00\x04", "pg_dump, custom format"),
        (b"\x00\x01\x00\x00Standard ACE DB\x00", "Access"),
    ],
)
def test_files_of_databases(body: bytes, tool: str) -> None:
    assert dump_of(page(body)) == Dump(tool, True)
