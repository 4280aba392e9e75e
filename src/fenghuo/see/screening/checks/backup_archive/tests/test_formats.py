"""Archives are known by their bytes, even cut short; whatever merely begins like one is not."""

import pytest

from fenghuo.see.screening.checks.backup_archive.check import CHECK, size_of
from fenghuo.see.screening.checks.backup_archive.formats import Archive, archive_of
from fenghuo.see.screening.checks.backup_archive.samples import SAMPLES, tar_bytes, zip_bytes
from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.samples import page


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (zip_bytes("数据库备份.bak")[:512], Archive("zip", "数据库备份.bak")),
        (b"Rar!\x1a\x07\x00\xcf\x90\x73", Archive("rar")),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", Archive("7z")),
        (tar_bytes(), Archive("tar", "www/index.php")),
        (tar_bytes(packed=False)[:512], Archive("tar", "www/index.php")),
        (b"7z\xbc\xaf\x27\x1c\x09\x04", None),
        (b"PK\x03\x04" + b"\xff" * 40, None),
        (b"x" * 257 + b"ustar" + b"x" * 300, None),
        (b"\x1f\x8b\x08\x00 not a stream at all", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_kind_and_first_name(body: bytes, known: Archive | None) -> None:
    assert archive_of(body) == known


def test_size_is_that_of_the_whole_file() -> None:
    assert size_of(page(b"PK", 206, headers={"Content-Range": "bytes 0-1/900"})) == 900
    assert size_of(page(b"PK", 200, headers={"Content-Length": "77"})) == 77
    assert size_of(page(b"PK", 206, headers={"Content-Length": "2"})) is None


def test_locus_names_the_host_and_nothing_that_passes() -> None:
    sample = next(s for s in SAMPLES if s.name == "rar named like the host")
    (finding,) = judge(CHECK, sample.facts).findings
    assert finding.locus == "/www.jiaoyu.example.rar"
    assert "734,003,200 B" in finding.evidence
