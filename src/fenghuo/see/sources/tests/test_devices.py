"""Lines of devices find their parser, also inside syslog, and mean the same whoever made the device."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenghuo.base.common.clock import to_ns
from fenghuo.see.sources import KINDS, ParseContext, parse_line, retention_of
from fenghuo.see.sources.device import blocked_of, severity_of

NOW = 1_795_500_300 * 10**9
CONTEXT = ParseContext(ingest_time=NOW)
INTRUSIONS = {
    "huawei": "<188>2026-11-24 14:03:21 fw %%01IPS/4/DETECT(l): An intrusion was detected. (SrcIp=203.0.113.7, DstIp=192.0.2.10, "
    "SignName=Struts, Severity=high, Action=Block)",
    "h3c": "<188>Nov 24 14:03:21 2026 fw %%10IPS/4/IPS_IPV4_INTERZONE: SrcIPAddr(1003)=203.0.113.7; DstIPAddr(1007)=192.0.2.10; "
    "AttackName(1088)=Struts; Severity(1087)=HIGH; Action(1053)=Reset & Logging;",
    "sangfor": "<23>Nov 24 14:03:21 fw fwlog: 日志类型:IPS防护日志, 源IP:203.0.113.7, 目的IP:192.0.2.10, "
    "漏洞名称:Struts, 严重等级:高, 动作:拒绝",
    "topsec": '<134>id="ngtos" time="2026-11-24 14:03:21" dev="fw" type="ips" src="203.0.113.7" dst="192.0.2.10" rule_name="Struts" '
    'risk_name="高" action="阻断"',
    "nsfocus": "<14>Nov 24 14:03:21 fw waf: tag:waf_log_websec  dst_ip:192.0.2.10  src_ip:203.0.113.7  alertlevel:HIGH  "
    "event_type:Struts  action:Block",
    "qianxin": '<158>Nov 24 14:03:21 fw SyslogClient[1]: 2026-11-24 14:03:21|!192.0.2.8|!alarm|!{"attack_sip":"203.0.113.7",'
    '"alarm_sip":"192.0.2.10","vuln_type":"Struts","hazard_rating":"高危","action":"block"}',
    "dptech": "<98>Nov 24 14:03:21 2026 fw %%IPS/ATTACK/2/SRVLOG(l): log-type(1):attack-protect;event(2):block;attack-name(11):(4)Struts;"
    "source-ip(24):203.0.113.7;destination-ip(26):192.0.2.10;",
    "hillstone": "<182>Nov 24 14:03:21 fw 48089616 Threat@IPS: From 203.0.113.7:5(ethernet0/1) to 192.0.2.10:80(ethernet0/2), "
    "threat name: Struts, action: drop, threat severity: High",
    "fortinet": '<185>date=2026-11-24 time=14:03:21 devname="fw" devid="F" logid="1" type="utm" subtype="ips" tz="+0800" severity="high" '
    'srcip=203.0.113.7 dstip=192.0.2.10 action="dropped" attack="Struts"',
    "cef": "<134>Nov 24 14:03:21 fw CEF:0|V|IPS|1|1|Struts|8|src=203.0.113.7 dst=192.0.2.10 act=block",
}


@pytest.mark.parametrize("kind", INTRUSIONS)
@pytest.mark.parametrize("registered", ["own", "syslog", ""])
def test_an_intrusion_reads_the_same_from_every_vendor(kind: str, registered: str) -> None:
    event = parse_line(kind if registered == "own" else registered, INTRUSIONS[kind].encode(), CONTEXT)
    assert event.parse_error is None
    assert event.category == ("waf" if kind == "nsfocus" else "ids")
    wanted = {
        "src_ip": "203.0.113.7",
        "dst_ip": "192.0.2.10",
        "threat_name": "Struts",
        "threat_severity": "high",
        "blocked": True,
    }
    assert {name: event.fields.get(name) for name in wanted} == wanted
    assert (event.observables.src_ip, event.observables.dst_ip, event.host) == ("203.0.113.7", "192.0.2.10", "fw")
    assert event.event_time == 1_795_500_201 * 10**9


@pytest.mark.parametrize(
    "message",
    [
        "sshd[7]: Failed password for invalid user CEF:0|a|b|c|d|e|5| from 203.0.113.5 port 4022 ssh2",
        "sshd[7]: Failed password for invalid user x|!1|!alarm|!{} from 203.0.113.5 port 4022 ssh2",
        "sshd[7]: Failed password for invalid user %%01IPS/4/DETECT(l): from 203.0.113.5 port 4022 ssh2",
        "sshd[7]: Failed password for invalid user type=SYSCALL msg=audit(1.000:1): from 203.0.113.5 port 4022 ssh2",
        "sshd[7]: Failed password for invalid user id=tos devname=a from 203.0.113.5 port 4022 ssh2",
    ],
)
def test_a_user_name_does_not_choose_the_parser(message: str) -> None:
    for line in (
        f"<38>Nov 24 14:03:21 gate {message}",
        message.replace("sshd[7]: ", "<38>1 2026-11-24T14:03:21+08:00 gate sshd 7 - - "),
    ):
        event = parse_line("syslog", line.encode(), CONTEXT)
        assert (event.service, event.fields["result"], event.fields["src_ip"]) == ("sshd", "failed", "203.0.113.5")


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("<5>2026-11-24 14:03:21 gate su: x", "2026-11-24T06:03:21+00:00"),
        ("<5>Nov 24 2026 14:03:21 gate su: x", "2026-11-24T06:03:21+00:00"),
        ("<5>Nov 24 14:03:21 2026 gate su: x", "2026-11-24T06:03:21+00:00"),
        ("<5>Nov  4 2025 14:03:21.250: gate su: x", "2025-11-04T06:03:21+00:00"),
        ("<5>2026/11/4 14:03:21 gate su: x", "2026-11-04T06:03:21+00:00"),
    ],
)
def test_stamps_as_devices_write_them(line: str, moment: str) -> None:
    from datetime import datetime

    event = parse_line("syslog", line.encode(), CONTEXT)
    assert (event.host, event.service) == ("gate", "su")
    assert event.event_time == to_ns(datetime.fromisoformat(moment))


def test_a_device_line_that_its_parser_refuses_is_still_syslog() -> None:
    event = parse_line("syslog", b"<5>Nov 24 14:03:21 gate CEF:0|cut", CONTEXT)
    assert (event.parse_error, event.product, event.fields["message"]) == (None, "linux", "0|cut")


@pytest.mark.parametrize(
    ("text", "level"), [("高危", "high"), ("CRITICAL", "critical"), ("Medium", "medium"), ("低", "low"), ("9", None)]
)
def test_words_of_severity(text: str, level: str | None) -> None:
    assert severity_of(text) == level


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("Drop & Logging", True),
        ("阻断", True),
        ("被记录", False),
        ("log-only", False),
        ("Permit & Logging", False),
        ("ssl-login-fail", None),
    ],
)
def test_whether_a_device_stopped_it(text: str, stopped: bool | None) -> None:
    assert blocked_of(text) is stopped


def test_records_of_an_audit_event_in_one_line_are_one_event() -> None:
    line = (
        'type=SYSCALL msg=audit(1795500203.500:883): a0=55 exe="/usr/bin/dash" type=EXECVE msg=audit(1795500203.500:883): argc=3 a0="sh" '
        'a1="-c" a2=6375726C20687474703A2F2F782F61'
    )
    event = parse_line("", line.encode(), CONTEXT)
    assert event.fields["type"] == ["SYSCALL", "EXECVE"]
    assert event.fields["CommandLine"] == "sh -c curl http://x/a"
    assert (event.fields["Image"], event.event_time) == ("/usr/bin/dash", 1_795_500_203_500_000_000)


def test_zeek_columns_of_another_order_are_named_by_an_option() -> None:
    context = ParseContext(options={"path": "ssl", "columns": ["ts", "uid", "server_name"]})
    event = parse_line("zeek", b"1795500203.5\tCx\tC2.example", context)
    assert (event.service, event.observables.domain, event.parse_error) == ("ssl", "c2.example", None)


@pytest.mark.parametrize(
    ("kind", "raw", "retention"),
    [
        (
            "syslog",
            b"<134>Nov 24 14:03:22 ns1 named[812]: client 192.0.2.31#532 (a.example): query: a.example IN A + (192.0.2.53)",
            "brief",
        ),
        ("syslog", INTRUSIONS["huawei"].encode(), "brief"),
        (
            "syslog",
            b"<38>Nov 24 14:03:21 gate sshd[7]: Accepted publickey for ops from 192.0.2.8 port 4 ssh2",
            "normal",
        ),
        (
            "syslog",
            b"<4>Nov 24 14:03:21 gate kernel: [7.1] DROP IN=eth0 OUT= SRC=192.0.2.8 DST=192.0.2.9 LEN=44 PROTO=TCP SPT=4 DPT=22",
            "brief",
        ),
        ("generic_json", b'{"ts":1,"uid":"C","id.orig_h":"192.0.2.1","query":"a.example"}', "brief"),
        ("", b'{"timestamp":"x","flow_id":1,"event_type":"dns"}', "brief"),
        ("nginx", b"anything", "normal"),
        ("zeek", b"anything", "brief"),
    ],
)
def test_lines_that_show_whom_somebody_talks_to_are_kept_briefly(kind: str, raw: bytes, retention: str) -> None:
    assert retention_of(kind, raw) == retention


@given(
    st.sampled_from(sorted(KINDS)),
    st.binary(max_size=200),
    st.sampled_from([b"", *[v.encode() for v in INTRUSIONS.values()]]),
)
def test_no_line_breaks_a_parser(kind: str, noise: bytes, line: bytes) -> None:
    middle = len(line) // 2
    assert parse_line(kind, line[:middle] + noise + line[middle:], CONTEXT).fields


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_line_that_is_made_to_be_slow_is_not(kind: str) -> None:
    """Each would take minutes where an expression looks at every rest of a line anew."""
    parts = (b"a=", b"a", b"a-", b"user ", b"a: ", b"query: ", b"from ", b"1", b"node=", b"x='", b" ", b"=\\ ")
    starts = (
        b"",
        b"%%01IPS/4/X(l): ",
        b"CEF:0|a|b|c|d|e|1|",
        b"type=A msg=audit(1.000:1): ",
        b"Threat@IPS: ",
        b"tag:waf_log_x ",
    )
    begun = time.monotonic()
    for start in starts:
        for part in parts:
            parse_line(kind, start + part * (200_000 // len(part)), CONTEXT)
    assert time.monotonic() - begun < 20
