"""Samples: the beginnings of exports as tools write them, and texts that talk of SQL."""

from fenghuo.see.screening.checks.leaked_database_dump.check import CHECK
from fenghuo.see.screening.checks.probe_samples import found, usual_decoys
from fenghuo.see.screening.checks.samples import Sample, html, page
from fenghuo.see.screening.facts import Page


def text(body: str | bytes, media: str = "text/plain") -> Page:
    """An answer as servers give it for .sql files."""
    return page(body, headers={"Content-Type": media})


MYSQLDUMP = """-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)
--
-- Host: localhost    Database: jiaoyu
-- ------------------------------------------------------
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
DROP TABLE IF EXISTS `user`;
CREATE TABLE `user` (
  `id` int(11) NOT NULL,
"""
PG_DUMP = "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 14.9\n\nSET statement_timeout = 0;\n"
NAVICAT = """/*
 Navicat Premium Data Transfer

 Source Server         : 本机
 Source Schema         : oa
*/

SET NAMES utf8mb4;
SET FOREIGN_KEY_CHECKS = 0;
"""
BARE = "INSERT INTO `member` (`id`, `name`) VALUES (1, '张三');\nINSERT INTO `member` VALUES (2, '李四');\n"
SQL_SERVER = "\ufeffUSE [oa]\r\nGO\r\n/*** Object:  Table [dbo].[Users]  Script Date: 2024/1/1 ***/\r\nCREATE TABLE [dbo].[Users](\r\n"
SAMPLES = [
    Sample("mysqldump", found(CHECK, {"/backup.sql": text(MYSQLDUMP)}), ["dump"]),
    Sample("pg_dump", found(CHECK, {"/db.sql": text(PG_DUMP, "application/sql")}), ["dump"]),
    Sample("Navicat", found(CHECK, {"/{host}.sql": text(NAVICAT, "application/octet-stream")}), ["dump"]),
    Sample("rows only", found(CHECK, {"/data.sql": text(BARE.encode("gb18030"), "")}), ["dump"]),
    Sample("SQL Server, UTF-16", found(CHECK, {"/data.sql": text(SQL_SERVER.encode("utf-16-le"), "")}), ["dump"]),
    Sample("Access", found(CHECK, {"/database/data.mdb": page(b"\x00\x01\x00\x00Standard Jet DB\x00\x01")}), ["file"]),
    Sample("SQLite under another name", found(CHECK, {"/db.sql": page(b"SQLite format 3\x00\x10\x00")}), ["file"]),
    *usual_decoys(CHECK, "/backup.sql"),
    Sample("notes on SQL", found(CHECK, {"/db.sql": text("INSERT INTO 语句用来写入数据，例如：\n" + BARE)}), "pass"),
    Sample(
        "a heading and no more", found(CHECK, {"/db.sql": text("-- MySQL dump 10.13 已移走，请联系管理员\n")}), "pass"
    ),
    Sample("a page that shows a dump", found(CHECK, {"/backup.sql": page(html(f"<pre>{MYSQLDUMP}</pre>"))}), "pass"),
    Sample("an error as JSON", found(CHECK, {"/data.sql": text('{"code": 404}', "application/json")}), "pass"),
]
