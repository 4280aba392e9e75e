"""Samples: what FTP servers answer to USER anonymous."""

from fenghuo.see.screening.checks.samples import Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import HELLOS
from fenghuo.see.screening.facts.network import Hello


def _said(said: bytes, is_open: bool) -> Facts:
    return facts({HELLOS: (Hello("redis", 6379, False, b"-NOAUTH"), Hello("ftp", 21, is_open, said))})


SAMPLES = [
    Sample(
        "vsftpd",
        _said(b"220 (vsFTPd 3.0.3)\r\n331 Please specify the password.\r\n230 Login successful.\r\n", True),
        ["anonymous"],
    ),
    Sample(
        "with its folder", _said(b'230-Welcome\r\n230 OK\r\n257 "/" is the current directory\r\n', True), ["anonymous"]
    ),
    Sample(
        "asks for a password", _said(b"220 FTP\r\n331 Password required\r\n530 Login incorrect.\r\n", False), "pass"
    ),
    Sample("no FTP", facts({HELLOS: (Hello("redis", 6379, False, b"-NOAUTH"),)}), "pass"),
    Sample("greeting only", _said(b"220 FTP ready, see rule 230 of the manual\r\n", True), "could-not-test"),
    Sample("not allowed", facts({HELLOS: Failure(Why.NOT_AUTHORISED)}), "could-not-test"),
]
