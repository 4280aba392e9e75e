"""Samples: archives as tools write them, and answers that only bear their names."""

import gzip
import io
import tarfile
import zipfile

from fenghuo.see.screening.checks.backup_archive.check import CHECK
from fenghuo.see.screening.checks.probe_samples import found, usual_decoys
from fenghuo.see.screening.checks.samples import Sample, html, nothing_here, page
from fenghuo.see.screening.facts import Failure, Page, Why
from fenghuo.see.screening.facts.needs import MISSING


def zip_bytes(name: str = "wwwroot/conn.asp") -> bytes:
    """A small zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "x" * 2000)
    return made.getvalue()


def tar_bytes(packed: bool = True) -> bytes:
    """A small tar archive, gzip by default."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz" if packed else "w") as archive:
        entry = tarfile.TarInfo("www/index.php")
        entry.size = 10
        archive.addfile(entry, io.BytesIO(b"0123456789"))
    return made.getvalue()


def _part(body: bytes, whole: int = 734_003_200) -> Page:
    """What a server sends for the first 512 bytes of a large file."""
    headers = {"Content-Type": "application/octet-stream", "Content-Range": f"bytes 0-511/{whole}"}
    return page(body[:512], 206, headers=headers, cut=True)


_RAR = _part(b"Rar!\x1a\x07\x01\x00\x33\x92\xb5\xe5" + bytes(500))
SAMPLES = [
    Sample("zip", found(CHECK, {"/www.zip": _part(zip_bytes())}), ["archive"]),
    Sample("rar named like the host", found(CHECK, {"/{host}.rar": _RAR}), ["archive"]),
    Sample("tar.gz", found(CHECK, {"/{host}.tar.gz": _part(tar_bytes())}), ["archive"]),
    Sample("a server that knows no ranges", found(CHECK, {"/web.zip": page(zip_bytes())}), ["archive"]),
    Sample(
        "found, though a firewall ate another question",
        found(CHECK, {"/www.zip": Failure(Why.BLOCKED), "/backup.zip": _part(zip_bytes())}),
        ["archive"],
    ),
    Sample("copy of a script", found(CHECK, {"/index.php.bak": page(b"<?php\ndefine('A', 1);\n")}), ["source-copy"]),
    *usual_decoys(CHECK, "/www.zip"),
    Sample("a name and nothing more", found(CHECK, {"/www.zip": page(b"PK\x03\x04 is how a zip begins")}), "pass"),
    Sample("an empty zip", found(CHECK, {"/www.zip": page(b"PK\x05\x06" + bytes(18))}), "pass"),
    Sample(
        "a page that the server keeps compressed",
        found(CHECK, {"/{host}.tar.gz": page(gzip.compress(html("首页").encode()))}),
        "pass",
    ),
    Sample(
        "one and the same download for any address",
        found(CHECK, {"/www.zip": _part(zip_bytes())}, {MISSING: page(zip_bytes())}),
        "pass",
    ),
    Sample("a page of code about PHP", found(CHECK, {"/index.php.bak": page(html("&lt;?php echo 1; "))}), "pass"),
    Sample("gone for good", found(CHECK, {"/www.zip": nothing_here()}), "pass"),
]
