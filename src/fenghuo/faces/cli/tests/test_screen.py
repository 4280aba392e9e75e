"""`fenghuo screen`: a list in, files out; a list that is wrong contacts nobody."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fenghuo.base.papers.markdown import to_html
from fenghuo.faces.cli.main import main
from fenghuo.see.screening.checks.samples import html

HEAD = "unit,name,url,addresses,classes,from,until\n"


class Site(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["User-Agent"]))
        bodies = {"/": html("<h1>教育局</h1>"), "/.git/HEAD": "ref: refs/heads/master\n"}
        body = bodies.get(self.path, "nothing").encode()
        self.send_response(200 if self.path in bodies else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr("fenghuo.faces.cli.screen.SPACING_S", 0.0)
    monkeypatch.setenv("FENGHUO_LANG", "en")
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def run(tmp_path: Path, rows: str, encoding: str = "utf-8") -> tuple[int, Path]:
    targets = tmp_path / "targets.csv"
    targets.write_bytes(rows.encode(encoding))
    out = tmp_path / "out"
    return main(["screen", str(targets), "--authorised-by", "王主任", "--out", str(out)]), out


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_findings_verdicts_contacts_and_a_report(tmp_path: Path, port: int) -> None:
    row = f"教育局,门户,http://127.0.0.1:{port}/,127.0.0.1,visit content,2026-01-01,2099-12-31\n"
    code, out = run(tmp_path, HEAD + row)
    assert code == 0
    found = [f for f in lines(out / "findings.jsonl") if f["check"] == "exposed-vcs"]
    assert [(f["asset"], f["locus"], f["severity"]) for f in found] == [(f"127.0.0.1:{port}", "/.git/HEAD", "high")]
    assert len(str(found[0]["id"])) == len(str(found[0]["sha256"])) == 64
    verdicts = lines(out / "verdicts.jsonl")
    assert set(verdicts[0]) >= {"asset", "check", "version", "verdict", "reason", "at"}
    contacts = lines(out / "contacts.jsonl")
    assert len(contacts) == len(Site.asked) + sum(c["port"] != port or "https" in str(c["what"]) for c in contacts)
    assert all(str(c["work_order"]).endswith("-2") for c in contacts)
    assert all("Fenghuo-Screening" in agent for _path, agent in Site.asked)
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "The Git repository can be downloaded" in report


def test_a_chinese_list_in_gbk(tmp_path: Path, port: int) -> None:
    rows = (
        "单位,名称,网址,地址,类别,开始,截止\n"
        + f"教育局,门户,http://127.0.0.1:{port},127.0.0.1,visit,2026/01/01,2099-12-31\n"
    )
    assert run(tmp_path, rows, "gb18030")[0] == 0


def test_nothing_is_contacted_outside_the_window(tmp_path: Path, port: int) -> None:
    row = f"教育局,门户,http://127.0.0.1:{port}/,127.0.0.1,all,2026-01-01,2026-01-02\n"
    code, out = run(tmp_path, HEAD + row)
    assert code == 0
    assert Site.asked == []
    assert {v["verdict"] for v in lines(out / "verdicts.jsonl")} <= {"could-not-test", "not-applicable"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("unit,url\n", "columns are missing: name, addresses, classes, from, until"),
        (HEAD, "there is no site in it"),
        (HEAD + "a,b,ftp://x/,,all,2026-01-01,2026-01-02\n", "'ftp://x/' is no address of a site"),
        (HEAD + "a,b,x.example,127.1,all,2026-01-01,2026-01-02\n", "'127.1' is no IP address"),
        (HEAD + "a,b,x.example,,exploits,2026-01-01,2026-01-02\n", "'exploits': no such class"),
        (HEAD + "a,b,x.example,,all,soon,2026-01-02\n", "'soon' is no date"),
        (HEAD + "a,b,x.example,,all,2026-02-01,2026-01-02\n", "from lies after until"),
        (HEAD + "a,b,x.example,,all,2026-01-01,2026-01-02\n" * 2, "line 3: x.example stands twice"),
    ],
)
def test_a_wrong_list_is_explained_and_contacts_nobody(
    tmp_path: Path, rows: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FENGHUO_LANG", "en")
    code, out = run(tmp_path, rows)
    assert code == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_the_markdown_of_advice_becomes_html_and_nothing_else() -> None:
    text = "1. use `a<b`\n2. then\n\ntext <script>\n\n```\nx < y\n```"
    shown = to_html(text)
    assert shown == (
        "<ol><li>use <code>a&lt;b</code></li><li>then</li></ol><p>text &lt;script&gt;</p><pre>x &lt; y</pre>"
    )
