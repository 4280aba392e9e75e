"""Stretches that name a person are found, and only those."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenghuo.see.sources import ParseContext, parse_line
from fenghuo.see.sources.persons import person_spans

CONTEXT = ParseContext(ingest_time=1_795_500_300 * 10**9)
LOGON = {"Event": {"System": {"EventID": 4625, "Channel": "Security", "Computer": "DC1"}}}


def hidden(kind: str, line: str) -> list[str]:
    fields = parse_line(kind, line.encode(), CONTEXT).fields
    return [line[start:end] for start, end in person_spans(line, fields)]


def logon(**data: str) -> str:
    return json.dumps({"Event": {**LOGON["Event"], "EventData": data}})


@pytest.mark.parametrize(
    ("kind", "line", "expected"),
    [
        ("syslog", "<38>Nov 24 14:03:21 gate sshd[9]: Accepted password for li from 192.0.2.7 port 22 ssh2", ["li"]),
        ("syslog", "<38>Nov 24 14:03:21 gate sshd[9]: Failed password for root from 192.0.2.7 port 22 ssh2", []),
        ("syslog", "<86>Nov 24 14:03:21 gate su: session opened for user zhangsan(uid=1000) by (uid=0)", ["zhangsan"]),
        ("syslog", "<81>Nov 24 14:03:21 gate sudo:  wangwu : user NOT in sudoers ; TTY=pts/0 ; USER=root", ["wangwu"]),
        ("nginx", '192.0.2.7 - 张三 [24/Nov/2026:14:03:21 +0800] "GET / HTTP/1.1" 200 5 "-" "x"', ["张三"]),
        (
            "nginx",
            '192.0.2.7 - - [24/Nov/2026:14:03:21 +0800] "GET /?m=a.b%40edu.example&p=13912345678 HTTP/1.1" 200 5 "-" "x"',
            ["a.b%40edu.example", "13912345678"],
        ),
        ("windows", logon(TargetUserName="张三", IpAddress="192.0.2.7"), [r"\u5f20\u4e09"]),
        ("windows", logon(TargetUserName="DC1$", SubjectUserName="SYSTEM"), []),
        ("windows", logon(User="CORP\\lisi", Image="C:\\Users\\lisi\\a.exe"), [r"CORP\\lisi", "lisi"]),
        ("windows", logon(Image="C:\\Users\\Public\\a.exe", User="NT AUTHORITY\\SYSTEM"), []),
        ("generic_json", '{"user": {"name": "王五"}, "text": "用户王五登录"}', ["王五", "王五"]),
        ("nginx", '192.0.2.7 - - [24/Nov/2026:14:03:21 +0800] "GET /home/news HTTP/1.1" 200 5 "-" "x"', []),
        ("plain", "open /home/zhaoliu/.ssh/id", ["zhaoliu"]),
        ("plain", "nobody at all 192.0.2.7 1732428201 /home", []),
        ("plain", "id 11010519491231002X ok", ["11010519491231002X"]),
    ],
)
def test_what_names_a_person(kind: str, line: str, expected: list[str]) -> None:
    assert hidden(kind, line) == expected


@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_spans_lie_in_the_text_in_order(text: str, name: str) -> None:
    spans = person_spans(text, {"User": name})
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] < two[0] for one, two in itertools.pairwise(spans))
