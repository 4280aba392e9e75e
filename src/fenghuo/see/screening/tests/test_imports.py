"""Results of other programs: only what means the same comes in, everything else is named, and hostile files are refused."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.see.screening import imports
from fenghuo.see.screening.checks.base import VerdictKind
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.facts import Target
from fenghuo.see.screening.imports import Results, Unreadable
from fenghuo.see.screening.imports.same import table

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
TARGET = Target("www.jy.example", "website", "www.jy.example", "http://www.jy.example/")


def read(content: object, findings: bytes = b"") -> Results:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return imports.read(raw, findings, TARGET, NOW)


def lines(*values: dict[str, object]) -> bytes:
    return "\n".join(json.dumps(value) for value in values).encode()


def found(results: Results) -> set[tuple[str, str, str]]:
    return {(v.check, f.outcome, f.locus) for v in results.verdicts for f in v.findings}


@pytest.mark.parametrize("program", ["nuclei", "nmap", "testssl"])
def test_the_table_names_only_outcomes_that_there_are(program: str) -> None:
    for name, row in table(program).items():
        assert any(o.key == row.outcome for o in all_checks()[row.check].outcomes), name
        assert row.at("h", 1)


def nmap(
    ports: str, host: str = '<hostname name="www.jy.example" type="user"/>', head: str = "<!DOCTYPE nmaprun>"
) -> bytes:
    start = int(NOW.timestamp()) - 3600
    return (
        f'<?xml version="1.0"?>{head}<nmaprun start="{start}"><host><address addr="192.0.2.7" addrtype="ipv4"/>'
        f"<hostnames>{host}</hostnames><ports>{ports}</ports></host></nmaprun>"
    ).encode()


FTP = (
    '<port protocol="tcp" portid="21"><state state="open"/><service name="ftp" product="vsftpd"/>'
    '<script id="ftp-anon" output="Anonymous FTP login allowed (FTP code 230)"/><script id="banner" output="x"/></port>'
    '<port protocol="tcp" portid="443"><state state="open"/></port><port protocol="tcp" portid="3306"><state state="closed"/></port>'
)


def test_nmap_ports_and_scripts_become_findings_of_the_same_place() -> None:
    results = read(nmap(FTP))
    assert found(results) == {("risky-ports", "ftp", "tcp/21"), ("anonymous-ftp", "anonymous", "ftp:21")}
    assert results.unmapped == {"banner": 1, "tcp/443": 1}
    for verdict in results.verdicts:
        assert verdict.kind is VerdictKind.FAIL
        assert not verdict.whole, "it closes nothing"
        assert verdict.at == NOW - timedelta(hours=1)


def test_nmap_results_of_another_host_are_left_out() -> None:
    results = read(nmap(FTP, '<hostname name="other.example" type="user"/>'))
    assert (results.verdicts, results.others) == ([], {"other.example": 1})
    assert found(read(nmap(FTP, "")))


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ('<!DOCTYPE nmaprun [<!ENTITY a "aaaa">]>', "doctype"),
        ('<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd">', "doctype"),
        ('<!DOCTYPE nmaprun [<!ENTITY % x SYSTEM "http://192.0.2.1/"> %x;]>', "doctype"),
        ("<broken", "broken"),
    ],
)
def test_hostile_xml_is_refused(head: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(nmap(FTP, head=head))
    assert refused.value.code == code


def test_xml_without_end_is_refused() -> None:
    deep = b"<nmaprun>" + b"<host>" * 200 + b"</host>" * 200 + b"</nmaprun>"
    with pytest.raises(Unreadable, match="too-large"):
        read(deep)


def test_old_results_say_nothing() -> None:
    old = nmap(FTP).replace(str(int(NOW.timestamp()) - 3600).encode(), b"1700000000")
    with pytest.raises(Unreadable, match="old"):
        read(old)


def test_nuclei_lines_are_mapped_by_template_and_matcher() -> None:
    base = {"host": "https://www.jy.example", "timestamp": (NOW - timedelta(hours=2)).isoformat()}
    hsts = {**base, "template-id": "http-missing-security-headers", "matcher-name": "strict-transport-security"}
    results = read(
        lines(
            {**base, "template-id": "git-config", "matched-at": "https://www.jy.example/.git/config"},
            {**base, "template-id": "exposed-svn", "matched-at": "https://www.jy.example/old/.svn/entries"},
            {**base, "template-id": "svn-wc-db", "matched-at": "https://www.jy.example:8443/.svn/wc.db"},
            {**base, "template-id": "expired-ssl", "host": "www.jy.example", "matched-at": "www.jy.example:993"},
            {**base, "template-id": "self-signed-ssl", "host": "www.jy.example", "matched-at": "www.jy.example:443"},
            {**base, "template-id": "exposed-redis", "host": "www.jy.example", "matched-at": "www.jy.example:6380"},
            {**base, "template-id": "http-missing-security-headers", "matcher-name": "content-security-policy"},
            {**base, "template-id": "http-missing-security-headers", "matcher-name": "x-frame-options"},
            {**hsts, "matched-at": "http://www.jy.example/"},
            {**base, "template-id": "tech-detect", "matcher-name": "nginx"},
            {**base, "template-id": "git-config", "host": "https://other.example"},
        )
    )
    assert found(results) == {
        ("exposed-vcs", "git", "/.git/HEAD"),
        ("open-services", "redis", "redis:6380"),
        ("security-headers", "no-csp", "content-security-policy"),
        ("certificate-chain", "self-signed", "www.jy.example"),
    }
    headers = "http-missing-security-headers"
    left = {f"{headers}:x-frame-options", f"{headers}:strict-transport-security", "tech-detect:nginx", "exposed-svn"}
    assert set(results.unmapped) == left, "over http:// nobody expects the header; below a path lies another repository"
    assert results.others == {"other.example": 1, "www.jy.example:8443": 1, "www.jy.example:993": 1}


@pytest.mark.parametrize("pretty", [False, True])
def test_testssl_in_both_forms(pretty: bool) -> None:
    items = [
        {
            "id": "TLS1",
            "ip": "www.jy.example/192.0.2.7",
            "port": "443",
            "severity": "LOW",
            "finding": "offered (deprecated)",
        },
        {"id": "TLS1_2", "ip": "www.jy.example/192.0.2.7", "port": "443", "severity": "OK", "finding": "offered"},
        {
            "id": "BREACH",
            "ip": "www.jy.example/192.0.2.7",
            "port": "443",
            "severity": "MEDIUM",
            "finding": "VULNERABLE",
        },
    ]
    whole = {"scanResult": [{"targetHost": "www.jy.example", "ip": "192.0.2.7", "protocols": items}]}
    results = read(whole if pretty else items)
    assert results.format == "testssl"
    assert found(results) == {("old-protocols", "old-tls", "TLSv1")}
    assert set(results.unmapped) == {"BREACH"}


def test_testssl_of_another_service_of_the_host_is_left_out() -> None:
    def item(name: str, finding: str, port: str = "443", host: str = "www.jy.example/192.0.2.7") -> dict[str, object]:
        return {"id": name, "ip": host, "port": port, "severity": "HIGH", "finding": finding}

    results = read(
        [
            item("cert_chain_of_trust <cert#2>", "failed (self signed)."),
            item("cert_trust", "certificate does not match supplied URI (same w/o SNI)"),
            item("cert_expirationStatus", "expired", port="465"),
            item("engine_problem", "No engine or GOST support", host="/"),
        ]
    )
    chain = {("certificate-chain", outcome, "www.jy.example") for outcome in ("self-signed", "name-mismatch")}
    assert found(results) == chain
    assert results.others == {"www.jy.example:465": 1}
    assert not results.unmapped


def verdict_line(**changes: object) -> dict[str, object]:
    line = {
        "asset": "www.jy.example",
        "check": "exposed-vcs",
        "version": 1,
        "verdict": "pass",
        "reason": "",
        "detail": "",
    }
    return {**line, "at": NOW.isoformat(), **changes}


def test_our_own_verdicts_count_as_ours() -> None:
    finding = {
        "asset": "www.jy.example",
        "check": "anonymous-ftp",
        "outcome": "anonymous",
        "locus": "ftp:21",
        "evidence": "password=hunter2",
    }
    results = read(
        lines(
            verdict_line(),
            verdict_line(check="anonymous-ftp", verdict="fail"),
            verdict_line(check="open-services", verdict="could-not-test", reason="timed-out"),
            verdict_line(check="weak-ssh", verdict="fail"),
            verdict_line(check="not-there"),
            verdict_line(version=99),
            verdict_line(asset="other.example"),
        ),
        lines(finding),
    )
    kinds = {v.check: v.kind for v in results.verdicts}
    assert kinds["exposed-vcs"] is VerdictKind.PASS
    assert kinds["anonymous-ftp"] is VerdictKind.FAIL
    assert kinds["open-services"] is VerdictKind.COULD_NOT_TEST
    assert "weak-ssh" not in kinds, "a fail of which nobody can say what failed"
    assert "hunter2" not in results.verdicts[1].findings[0].evidence, "masked here too"
    assert results.others == {"other.example": 1}
    assert set(results.unmapped) == {"weak-ssh", "not-there 1", "exposed-vcs 99"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello", "format"),
        (b"", "format"),
        (b'{"template-id": 1}\n[1]', "broken"),
        (b'{"template-id": ' + b"[" * 100_000, "broken"),
        (b'[{"id": 1, "finding": 1, "severity": 1}' * 3, "broken"),
        (b"x" * (imports.MOST_BYTES + 1), "too-large"),
    ],
)
def test_what_is_none_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert refused.value.code == code
