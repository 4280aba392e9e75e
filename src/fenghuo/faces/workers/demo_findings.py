"""What the demo county's screening found: a story as data. All names are *.example; nothing in it is contacted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A finding of the story: unit code, check, outcome, place, evidence; days ago it was first seen; how it goes on.

    `then` is "" (open), "passed-once", "closed", "proposed", "false-positive", "accepted", "retest" or "came-back".
    """

    unit: str
    check: str
    outcome: str
    locus: str
    evidence: str
    days: float
    then: str = ""


FINDINGS = (
    Told(
        *("yl-hospital", "open-services", "redis", "redis:6379"),
        "his.yunling-hospital.example:6379: # Server\\r\\nredis_version:5.0.7\\r\\nos:Linux 4.19.0 x86_64",
        0.12,
    ),
    Told(
        *("yl-town2", "dark-link", "hidden-illegal", "/"),
        "[display:none] <div style=display:none><a href=http://bo-cai.example/>**彩票平台</a> <a href=http://bo-cai.example/x>**投注</a>",
        1.6,
    ),
    Told(
        *(
            "yl-edu",
            "exposed-vcs",
            "git",
            "/.git/HEAD",
            "200 http://jyj.yunling.example/.git/HEAD: ref: refs/heads/master",
        ),
        *(9.31, "retest"),
    ),
    Told(
        *("yl-finance", "risky-ports", "remote-desktop", "tcp/3389"),
        "czj.yunling.example:3389 Windows 远程桌面（RDP） / Windows remote desktop (RDP)",
        12.42,
    ),
    Told(
        "yl-school1",
        "anonymous-ftp",
        "anonymous",
        "ftp:21",
        "yz.yunling.example:21: 230 Anonymous access granted",
        3.17,
        "passed-once",
    ),
    Told(
        *("yl-school1", "personal-data", "id-numbers", "/tz/2026/luqu.html"),
        "http://yz.yunling.example/tz/2026/luqu.html: 38: 532901***********1, 532901***********X …",
        2.4,
    ),
    Told(
        "yl-gov", "security-headers", "no-csp", "content-security-policy", "Content-Security-Policy: –", 21, "accepted"
    ),
    Told("yl-gov", "security-headers", "sniffing", "x-content-type-options", "X-Content-Type-Options: –", 21.17),
    Told(
        *("yl-nature", "old-protocols", "old-tls", "TLSv1", "zrzy.yunling.example: TLSv1, TLSv1.1, TLSv1.2"),
        *(17.78, "proposed"),
    ),
    Told(
        *(
            "yl-service",
            "exposed-vcs",
            "ds-store",
            "/.DS_Store",
            "200 http://zwfw.yunling.example/.DS_Store: \\x00\\x00\\x00\\x01Bud1",
        ),
        *(26.56, "closed"),
    ),
    Told(
        "yl-health",
        "weak-ssh",
        "weak-cipher",
        "tcp/22 cipher",
        "SSH-2.0-OpenSSH_6.6.1\ncipher: 3des-cbc, arcfour",
        33.56,
        "came-back",
    ),
    Told("yl-town1", "icp-filing", "icp-missing", "icp", "http://qsz.yunling.example/: –", 35.17),
    Told("yl-town1", "ipv6", "no-address", "qsz.yunling.example", "qsz.yunling.example AAAA –", 35.17),
    Told(
        "yl-water",
        "dead-links",
        "dead",
        "links",
        "3/64 = 4.7 %\nhttp://water.yunling.example/gsgg/old.html 404",
        8.31,
        "false-positive",
    ),
    Told(
        *("yl-gov", "unregistered-assets", "unregistered", "oa.yunling.example"),
        *("link: http://www.yunling.example/ → http://oa.yunling.example/login", 5.56),
    ),
    Told(
        *("yl-edu", "unregistered-assets", "unregistered", "xueji.yunling.example"),
        *("certificate: xueji.yunling.example", 4.63),
    ),
)
UNTESTED = {
    "yl-water": ("blocked", "403"),
    "yl-town1": ("timed-out", "15 s"),
}
"""Unit code → why some checks of its site could not test."""
BARE = ("yl-police",)
"""Units that have not given their consent."""
OUTAGES = (
    ("yl-hospital", 41.2, 37, "down", "tcp"),
    ("yl-hospital", 12.6, 95, "maintenance", ""),
    ("yl-town2", 63.4, 320, "down", "http"),
    ("yl-town2", 5.3, 48, "down", "dns"),
    ("yl-school1", 30.1, 1450, "down", "http"),
    ("yl-edu", 21.7, 22, "down", "tls"),
    ("yl-finance", 2.2, 64, "unwatched", ""),
    ("yl-nature", 0.018, 26, "down", "http"),
)
"""(unit, days ago, minutes, state, stage)."""
