"""The rules against what their authors did not write: Debian's scanners at a real nginx, passwords at a real sshd, and no false alarms.

Everything stays on loopback and is bounded in time. The logs that the servers write go through the parsers and our packs in process.
"""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import fenghuo
from fenghuo.base.common import clock
from fenghuo.see.detection import RuleSet, ThreatClass, compile_rules
from fenghuo.see.detection.correlation import Engine, Step
from fenghuo.see.detection.files import load_folder
from fenghuo.see.events import Hit, LogRecord, SourceStamp, hits_from_batch, records_to_batch
from fenghuo.see.sources import parse_records
from tests.firewall_traffic import denied, worm
from tests.office_traffic import requests
from tests.service.conftest import free_port, listening, program, until

pytestmark = pytest.mark.service

PACKS = Path(fenghuo.__file__).parent / "rules"
LOGHUB = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "loghub"
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)
NAMES = "admin backup login images js css wwwroot.zip .git/config .env phpmyadmin manager/html actuator/env web.config.bak h2-console"
PAGE = (
    '<html><head><title>County</title></head><body><a href="/list?id=1">list</a><a href="/show?file=a&amp;page=2">show</a>'
    '<form action="/search" method="get"><input name="q" type="text"><input type="submit"></form></body></html>'
)
Loud = {"medium", "high", "critical"}


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return compile_rules(s for pack in sorted(PACKS.iterdir()) if pack.is_dir() for s in load_folder(pack, pack.name))


@pytest.fixture
def site(tmp_path: Path, daemon: Callable[..., Any]) -> tuple[int, Path]:
    """A real nginx with a page, a form and three addresses with parameters; (port, access log)."""
    port, log, root = free_port(), tmp_path / "access.log", tmp_path / "www"
    root.mkdir()
    (root / "index.html").write_text(PAGE)
    configuration = tmp_path / "nginx.conf"
    places = "".join(
        f"location = /{name} {{ default_type text/html; return 200 '{name}'; }} " for name in ("list", "show", "search")
    )
    temporary = "".join(f"{n}_temp_path {tmp_path}/{n}; " for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration.write_text(
        f"daemon off; user root; pid {tmp_path}/nginx.pid; error_log {tmp_path}/nginx-error.log; worker_processes 1;\n"
        f"events {{ worker_connections 128; }}\nhttp {{ access_log {log} combined; {temporary}\n"
        f"server {{ listen 127.0.0.1:{port}; root {root}; types {{ text/html html; }} {places} }} }}\n"
    )
    daemon(program("nginx"), "-c", str(configuration), "-e", str(tmp_path / "nginx-early.log"))
    until(lambda: listening(port), what="nginx")
    return port, log


def run(tmp_path: Path, name: str, *arguments: str, seconds: int = 90) -> None:
    """The scanner, with a home of its own; what it says and its exit code do not matter, only what it sends."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        environment.pop(variable, None)
    command = ["timeout", str(seconds), program(name), *arguments]
    subprocess.run(
        command,
        env=environment,
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=seconds + 15,
    )


def hits_of(rules: RuleSet, kind: str, lines: Iterable[str]) -> list[Hit]:
    """Hits of these lines, parsed and matched in batches as the running system does."""
    stream: Iterator[str] = iter(lines)
    hits: list[Hit] = []
    now, first = clock.now_ns(), 0
    while block := list(islice(stream, 2000)):
        records = [LogRecord(line.encode(), SourceStamp(kind=kind), "127.0.0.1", "file", now) for line in block]
        batch = parse_records(records_to_batch(records), [f"records.normal.0:{first + n}" for n in range(len(block))])
        hits += hits_from_batch(rules.match(batch))
        first += len(block)
    return hits


def results_of(rules: RuleSet, hits: Iterable[Hit], levels: Container[str] = Loud) -> set[str]:
    """Titles of the correlations of these levels that stand in the end."""
    engine = Engine(rules.correlations)
    outcomes = [*engine.feed(hits), *engine.advance(clock.now_ns() + 10 * 86_400 * 10**9)]
    last = {outcome.result_id: outcome for outcome in outcomes}.values()
    standing = [o.correlation for o in last if o.step is not Step.WITHDRAWN]
    if levels is Loud:
        standing = [correlation for correlation in standing if not correlation.quiet]
    return {correlation.draft.title for correlation in standing if correlation.draft.level in levels}


def classes(hits: Iterable[Hit]) -> set[ThreatClass]:
    """Classes of the hits that become warnings."""
    return {ThreatClass(hit.threat_class) for hit in hits if hit.rule_level in Loud}


def lines_of(log: Path, least: int) -> list[str]:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    assert len(lines) >= least, f"the scanner sent {len(lines)} requests only"
    return lines


@pytest.mark.parametrize("agent", [(), ("--user-agent", BROWSER)], ids=["named", "disguised"])
def test_sqlmap_is_a_web_attack(site: tuple[int, Path], rules: RuleSet, tmp_path: Path, agent: tuple[str, ...]) -> None:
    port, log = site
    options = (
        "--batch",
        "--level=1",
        "--risk=1",
        "--technique=BEUT",
        "--time-sec=1",
        "--timeout=5",
        "--retries=0",
        "--flush-session",
    )
    run(tmp_path, "sqlmap", "-u", f"http://127.0.0.1:{port}/list?id=1", "-p", "id", *options, *agent)
    hits = hits_of(rules, "nginx", lines_of(log, 20))
    assert ThreatClass.WEB_ATTACK in classes(hits)
    assert (ThreatClass.SCANNING in classes(hits)) is (not agent)


def test_wapiti_is_a_web_attack(site: tuple[int, Path], rules: RuleSet, tmp_path: Path) -> None:
    port, log = site
    options = (
        "--max-scan-time",
        "60",
        "--max-links-per-page",
        "10",
        "-d",
        "2",
        "--no-bugreport",
        "-f",
        "json",
        "-o",
        str(tmp_path / "report"),
    )
    run(tmp_path, "wapiti", "-u", f"http://127.0.0.1:{port}/", "-m", "sql,xss,exec,file", *options, "-A", BROWSER)
    hits = hits_of(rules, "nginx", lines_of(log, 20))
    assert ThreatClass.WEB_ATTACK in classes(hits)
    titles = {hit.rule_title for hit in hits}
    assert {"Command injection in a web request", "Path traversal in a web request"} <= titles


@pytest.mark.parametrize("agent", [(), ("-a", BROWSER)], ids=["named", "disguised"])
def test_gobuster_is_scanning(site: tuple[int, Path], rules: RuleSet, tmp_path: Path, agent: tuple[str, ...]) -> None:
    port, log = site
    names = tmp_path / "names.txt"
    names.write_text("\n".join(NAMES.split()) + "\n")
    run(
        tmp_path,
        "gobuster",
        "dir",
        "-u",
        f"http://127.0.0.1:{port}",
        "-w",
        str(names),
        "-q",
        "--no-progress",
        "-t",
        "2",
        *agent,
    )
    assert ThreatClass.SCANNING in classes(hits_of(rules, "nginx", lines_of(log, 10)))


def test_gobuster_with_names_that_nobody_knows_is_scanning(
    site: tuple[int, Path], rules: RuleSet, tmp_path: Path
) -> None:
    port, log = site
    names = tmp_path / "names.txt"
    names.write_text("\n".join(f"{word}{n}" for word in ("zhengwu", "tongzhi", "gongkai") for n in range(40)) + "\n")
    options = ("-q", "--no-progress", "-t", "2", "-a", BROWSER)
    run(tmp_path, "gobuster", "dir", "-u", f"http://127.0.0.1:{port}", "-w", str(names), *options)
    hits = hits_of(rules, "nginx", lines_of(log, 120))
    assert classes(hits) == set(), "no single request tells"
    assert results_of(rules, hits) == {"Search for hidden pages of a website by one address"}


def test_nmap_is_scanning(site: tuple[int, Path], rules: RuleSet, tmp_path: Path) -> None:
    port, log = site
    scripts = "http-enum,http-title,http-methods,http-git"
    run(
        tmp_path,
        "nmap",
        "-Pn",
        "-n",
        "-sT",
        "-sV",
        "-p",
        str(port),
        "--script",
        scripts,
        "--host-timeout",
        "75s",
        "127.0.0.1",
    )
    hits = hits_of(rules, "nginx", lines_of(log, 20))
    assert ThreatClass.SCANNING in classes(hits)
    assert {"Path that only a scanning tool asks for", "Vulnerability scanner by its user agent"} & {
        h.rule_title for h in hits
    }


def test_whatweb_is_scanning(site: tuple[int, Path], rules: RuleSet, tmp_path: Path) -> None:
    port, log = site
    run(tmp_path, "whatweb", "-a", "3", "--color=never", f"http://127.0.0.1:{port}/")
    assert classes(hits_of(rules, "nginx", lines_of(log, 1))) == {ThreatClass.SCANNING}


def test_failed_passwords_at_sshd_are_password_guessing(
    rules: RuleSet, tmp_path: Path, daemon: Callable[..., Any]
) -> None:
    port, key, configuration = free_port(), tmp_path / "host_key", tmp_path / "sshd_config"
    subprocess.run([program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    configuration.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {key}\nPidFile {tmp_path}/sshd.pid\nUsePAM no\nPasswordAuthentication yes\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin yes\nMaxAuthTries 3\nLogLevel INFO\n"
    )
    daemon(program("sshd"), "-D", "-e", "-f", str(configuration))
    until(lambda: listening(port), what="sshd")
    client = [
        "-F",
        "/dev/null",
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "UserKnownHostsFile=/dev/null",
        "-o",
        "PubkeyAuthentication=no",
    ]
    client += ["-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=2", "-p", str(port)]
    for user in ("root", "oracle", "test"):
        run(
            tmp_path,
            "sshpass",
            "-p",
            "not-the-password",
            program("ssh"),
            *client,
            f"{user}@127.0.0.1",
            "true",
            seconds=30,
        )
    said = (tmp_path / "sshd.log").read_text()
    lines = [f"<38>Nov 24 14:03:21 gate sshd[77]: {line}" for line in said.replace("\r", "").splitlines()]
    hits = hits_of(rules, "syslog", lines)
    assert classes(hits) == {ThreatClass.PASSWORD_GUESSING}
    counted = Counter(hit.rule_title for hit in hits)
    assert counted["Failed SSH sign-in as root"] >= 1
    assert counted["Failed SSH sign-in of a user that does not exist"] >= 2


NETFILTER = """table inet test {
 chain input { type filter hook input priority 0; policy accept;
  ip daddr 10.9.0.0/16 tcp flags & (syn | ack) == syn log prefix "DROP " group 1 drop
  ip daddr 203.0.113.0/24 tcp flags & (syn | ack) == syn log prefix "DROP " group 1 drop
 }
}
"""
ULOGD = """[global]
{plugins}
logfile="{folder}/ulogd.log"
loglevel=3
stack=log1:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,print1:PRINTPKT,emu1:LOGEMU
[log1]
group=1
[emu1]
file="{folder}/packets.log"
sync=1
"""
PLUGINS = "inppkt_NFLOG raw2packet_BASE filter_IFINDEX filter_IP2STR filter_PRINTPKT output_LOGEMU"


def denied_by_netfilter(tmp_path: Path, source: str, targets: str, *options: str) -> list[str]:
    """What the real netfilter of a network namespace of its own drops, as ulogd writes it, while the real nmap scans from `source`.

    Every address is one of the namespace's loopback; no packet leaves it.
    """
    found = sorted(Path("/usr/lib").glob("*/ulogd/ulogd_inppkt_NFLOG.so"))
    assert found, "ulogd2 is not installed; .ci/run says with which packages"
    plugins = "\n".join(f'plugin="{found[0].parent}/ulogd_{name}.so"' for name in PLUGINS.split())
    (tmp_path / "ulogd.conf").write_text(ULOGD.format(plugins=plugins, folder=tmp_path))
    (tmp_path / "rules.nft").write_text(NETFILTER)
    ip, nft, ulogd, nmap = (program(name) for name in ("ip", "nft", "ulogd", "nmap"))
    addresses = "".join(
        f"{ip} address add {network} dev lo\n" for network in ("10.9.0.0/16", "203.0.113.0/24", f"{source}/32")
    )
    script = (
        f"set -e\n{ip} link set lo up\n{addresses}{nft} -f {tmp_path}/rules.nft\n"
        f"{ulogd} -c {tmp_path}/ulogd.conf & logging=$!\n"
        f"until grep -q 'entering main loop' {tmp_path}/ulogd.log 2>/dev/null; do sleep 0.05; done\n"
        f"{nmap} -Pn -n -sS -e lo -S {source} --max-retries 0 --host-timeout 60s {' '.join(options)} {targets} || true\n"
        "sleep 0.5; kill $logging; wait $logging || true\n"
    )
    run(tmp_path, "unshare", "--net", "bash", "-c", script)
    lines = lines_of(tmp_path / "packets.log", 20)
    assert all(f"SRC={source} " in line for line in lines)
    return lines


@pytest.mark.parametrize(
    ("source", "targets", "options", "expected"),
    [
        ("10.9.8.7", "10.9.8.20", ("-F", "-T4"), {"Search for open ports of a host by a host inside"}),
        ("10.9.8.7", "10.9.8.20", ("-p", "1-400", "-T5"), {"Search for open ports of a host by a host inside"}),
        ("10.9.8.7", "10.9.8.10-60", ("-p", "445", "-T4"), {"A host inside tries one service of many hosts"}),
        ("10.9.8.7", "10.9.8.10-60", ("-p", "22,3389", "-T3"), {"A host inside tries one service of many hosts"}),
        ("10.9.8.7", "10.9.8.10-60", ("-p", "8080", "-T4"), set()),
        ("10.9.8.7", "10.9.8.20-28", ("-p", "22,445,3389", "-T4"), set()),
        ("198.51.100.7", "203.0.113.20", ("-p", "1-300", "-T5"), set()),
    ],
    ids=["quick", "many-ports", "smb-sweep", "two-services", "another-service", "few-hosts", "internet"],
)
def test_nmap_at_a_real_netfilter(
    rules: RuleSet, tmp_path: Path, source: str, targets: str, options: tuple[str, ...], expected: set[str]
) -> None:
    hits = hits_of(rules, "syslog", denied_by_netfilter(tmp_path, source, targets, *options))
    assert {hit.quiet for hit in hits} == {True}, "one packet is nothing"
    assert results_of(rules, hits) == expected
    low = {"Search for open ports of a unit from the internet", "An address on the internet looked for open ports"}
    assert results_of(rules, hits, {"low"}) == (low if source.startswith("198") else set())


def test_a_hundred_thousand_denied_connections_raise_no_warning(rules: RuleSet) -> None:
    hits = hits_of(rules, "syslog", denied(100_000))
    assert {h.rule_title for h in hits if not h.quiet} == set()
    assert len(hits) > 50_000, "they are counted"
    assert results_of(rules, hits) == set()
    assert results_of(rules, [*hits, *hits_of(rules, "syslog", worm(30))]) == {
        "A host inside tries one service of many hosts"
    }


def test_a_hundred_thousand_harmless_requests_raise_no_warning(rules: RuleSet) -> None:
    hits = hits_of(rules, "nginx", requests(100_000))
    loud = Counter((h.rule_title, bytes(h.raw)) for h in hits if h.rule_level in Loud)
    assert not loud, loud.most_common(5)
    assert any(h.quiet for h in hits), "pages that are not there are counted"
    assert results_of(rules, hits) == set()


@pytest.mark.shared_data
@pytest.mark.skipif(not LOGHUB.is_dir(), reason="../shared/data/loghub is not here")
def test_real_logs_raise_only_what_is_true(rules: RuleSet) -> None:
    """Apache and Linux raise nothing, by rules and correlations. The OpenSSH log is of a server under real attack: every warning from it
    must be of a line that tells of a refused password, and its one sign-in that succeeded and all its other lines must raise none."""
    for name, kind in (("Apache_2k.log", ""), ("Linux_2k.log", ""), ("Linux_2k.log", "syslog")):
        text = (LOGHUB / name).read_text(encoding="utf-8", errors="replace").splitlines()
        hits = hits_of(rules, kind, text)
        assert (classes(hits), results_of(rules, hits)) == (set(), set()), name
    text = (LOGHUB / "OpenSSH_2k.log").read_text(encoding="utf-8").splitlines()
    refused = re.compile(
        r"Failed (password|none) for|more authentication failures|Too many authentication failures|maximum authentication attempts"
    )
    hits = hits_of(rules, "syslog", text)
    loud = [hit for hit in hits if hit.rule_level in Loud]
    assert results_of(rules, hits) == {
        "Password spraying over SSH by one address",
        "Password guessing over SSH by one address",
    }
    assert classes(loud) == {ThreatClass.PASSWORD_GUESSING}
    assert all(refused.search(bytes(hit.raw).decode()) for hit in loud)
    told = sum(bool(re.search(r"Failed \w+ for (root|invalid user)", line)) for line in text)
    assert told <= len(loud) <= sum(bool(refused.search(line)) for line in text)
