"""Clients that nobody changed for us."""

import json
import logging
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import Platform, program, until

pytestmark = pytest.mark.service


@pytest.fixture
def token(platform: Platform) -> str:
    platform.cli("units", "add", "--code", "u", "--name", "单位")
    made = platform.json("sources", "add", "--unit", "u", "--kind", "plain", "--peer", "127.0.0.1")
    return str(made["token"])


def arrived(platform: Platform, *texts: str, transport: str = "") -> list[dict[str, Any]]:
    """The events that carry these texts, once all have come."""

    def look() -> list[dict[str, Any]]:
        events = [e for e in platform.export("events") if not transport or e["transport"] == transport]
        found = [e for text in texts for e in events if text in str(e["raw"])]
        return found if len(found) >= len(texts) else []

    return list(until(look, 20, f"{texts} over {transport}"))


def test_rsyslog(platform: Platform, token: str, rsyslog: Callable[[str], None], tmp_path: Path) -> None:
    """TCP, TLS with our own authority, RELP, and omelasticsearch."""
    log = tmp_path / "in.log"
    log.touch()
    authority = platform.data / "keys" / "authority.pem"
    host = 'target="127.0.0.1"'
    elastic = platform.port("ingest")
    rsyslog(
        'module(load="imfile")\nmodule(load="omrelp")\nmodule(load="omelasticsearch")\n'
        'template(name="json" type="list" option.jsonf="on") { property(outname="message" name="msg" format="jsonf") }\n'
        f'input(type="imfile" File="{log}" Tag="app:" Ruleset="out")\n'
        'ruleset(name="out") {\n'
        f'  action(type="omfwd" {host} port="{platform.port("syslog-tcp")}" protocol="tcp" TCP_Framing="octet-counted")\n'
        f'  action(type="omfwd" {host} port="{platform.port("syslog-tls")}" protocol="tcp" StreamDriver="gtls"\n'
        f'         StreamDriverMode="1" StreamDriverAuthMode="anon" StreamDriver.CAFile="{authority}")\n'
        f'  action(type="omrelp" {host} port="{platform.port("relp")}")\n'
        f'  action(type="omelasticsearch" server="127.0.0.1" serverport="{elastic}" uid="fenghuo" pwd="{token}"\n'
        '         bulkmode="on" template="json" searchIndex="logs" searchType="" errorfile="/dev/null")\n'
        "}"
    )
    with log.open("a") as file:
        file.write("from rsyslog 一\n")
    for transport in ("tcp", "tls", "relp", "http"):
        arrived(platform, "from rsyslog 一", transport=transport)


def test_logger(platform: Platform, token: str) -> None:
    tcp, udp = platform.port("syslog-tcp"), platform.port("syslog-udp")
    host = ["--server", "127.0.0.1"]
    subprocess.run([program("logger"), *host, "--tcp", "--port", str(tcp), "over tcp"], check=True)
    subprocess.run([program("logger"), *host, "--tcp", "--octet-count", "--port", str(tcp), "counted"], check=True)
    subprocess.run([program("logger"), *host, "--udp", "--rfc3164", "--port", str(udp), "over udp"], check=True)
    found = arrived(platform, "over tcp", "counted", transport="tcp") + arrived(platform, "over udp", transport="udp")
    assert all(event["unit_id"] for event in found), "a source counts from the first line after it was registered"


def test_elasticsearch_bulk_helper(platform: Platform, token: str) -> None:
    from elasticsearch import Elasticsearch
    from elasticsearch.helpers import bulk

    client = Elasticsearch(platform.ingest, basic_auth=("fenghuo", token))
    documents = [{"_index": "logs", "_id": str(n), "message": f"document {n}"} for n in range(50)]
    assert bulk(client, documents) == (50, [])
    assert bulk(client, documents[:10]) == (10, []), "a retry is answered like the first time"
    arrived(platform, *(f'"document {n}"' for n in range(50)))
    assert len(platform.export("events")) == 50, "and stored once"


def test_opentelemetry_exporter(platform: Platform, token: str) -> None:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor

    exporter = OTLPLogExporter(f"{platform.ingest}v1/logs", headers={"Authorization": f"Bearer {token}"})
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    logger = logging.Logger("demo")
    logger.addHandler(LoggingHandler(logger_provider=provider))
    logger.warning("from opentelemetry")
    provider.shutdown()
    arrived(platform, "from opentelemetry")


def test_splunk_handler(platform: Platform, token: str) -> None:
    from splunk_handler import SplunkHandler

    port = platform.port("ingest")
    handler = SplunkHandler(
        host="127.0.0.1", port=port, token=token, index="main", protocol="http", verify=False, flush_interval=0.2
    )
    logger = logging.Logger("demo")
    logger.addHandler(handler)
    logger.warning("from splunk_handler")
    time.sleep(0.5)
    handler.shutdown()
    arrived(platform, "from splunk_handler")


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_bad_input_is_answered(platform: Platform, token: str) -> None:
    import gzip

    own = {"Authorization": f"Bearer {token}"}
    url = f"{platform.ingest}ingest"
    assert post(url, b"x", {})[0] == 401
    assert post(url, b"x", {"Authorization": "Bearer fhs_wrong"})[0] == 401
    assert post(f"{platform.ingest}services/collector", b'{"event":"x"}', {"Authorization": "Splunk no"})[0] == 403
    assert post(f"{platform.ingest}nowhere", b"x", own)[0] == 404
    status, answer = post(url, b"ok\n" + b"y" * (1024 * 1024 + 1), own)
    assert (status, json.loads(answer)) == (413, {"error": "line 2 has 1048577 bytes; the limit is 1048576"})
    assert post(url, gzip.compress(b"0" * (33 * 1024 * 1024)), {**own, "Content-Encoding": "gzip"})[0] == 413
    assert post(url, b"not gzip", {**own, "Content-Encoding": "gzip"})[0] == 400
    assert post(f"{platform.ingest}_bulk", b"nonsense\n", own)[0] == 400
    assert platform.export("events") == []
    keyed = {**own, "Idempotency-Key": "batch-1"}
    for accepted in (3, 0):
        status, answer = post(url, b"\x00\xff binary\n<b>\n\xc4\xe3\xba\xc3\n", keyed)
        assert (status, json.loads(answer)) == (200, {"accepted": accepted, "duplicates": 3 - accepted})
    assert len(arrived(platform, "<b>")) == 1


def test_an_unknown_sender_is_kept_and_shown(platform: Platform) -> None:
    with socket.create_connection(("127.0.0.1", platform.port("syslog-tcp"))) as sender:
        sender.sendall(b"<13>Nov 24 14:03:21 somewhere app: who am I\n")
    event = arrived(platform, "who am I")[0]
    assert (event["unit_id"], event["peer"]) == ("", "127.0.0.1")


def test_a_source_turns_green_at_its_first_line(platform: Platform, token: str) -> None:
    def seen() -> object:
        return json.loads(platform.cli("sources", "list", "--json"))["last_seen"]

    assert seen() is None
    post(f"{platform.ingest}ingest", b"first line\n", {"Authorization": f"Bearer {token}"})
    until(seen, 5, "the source to be seen")


def test_a_file_is_followed_across_rotation_and_a_kill(platform: Platform, tmp_path: Path) -> None:
    import os
    import signal

    platform.cli("units", "add", "--code", "u", "--name", "单位")
    log = tmp_path / "app.log"
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"fields": {"cmd": "CommandLine"}, "product": "windows", "category": "process_creation"}')
    source = ["sources", "add", "--unit", "u", "--kind", "generic_json", "--file", str(log), "--mapping", str(mapping)]
    platform.json(*source)
    log.write_text('{"n": "line 0", "cmd": "vssadmin delete shadows /all"}\n{"n": "line 1"}\n{"n": "half')
    assert arrived(platform, "line 0", "line 1", transport="file")[0]["fields"]["CommandLine"].startswith("vssadmin")
    os.kill(platform.run["processes"]["intake"], signal.SIGKILL)
    with log.open("a") as file:
        file.write(' line 2"}\n')
    arrived(platform, "half line 2")
    log.rename(tmp_path / "app.log.1")
    log.write_text('{"n": "line 3"}\n')
    arrived(platform, "line 3")
    assert len(platform.export("events")) == 4
    assert until(lambda: platform.export("hits"), 5, "the hit")[0]["rule_level"] == "critical"


def test_tls_is_of_our_own_authority(platform: Platform) -> None:
    context = ssl.create_default_context(cafile=str(platform.data / "keys" / "authority.pem"))
    with (
        socket.create_connection(("127.0.0.1", platform.port("syslog-tls"))) as raw,
        context.wrap_socket(raw, server_hostname="127.0.0.1") as sender,
    ):
        sender.sendall(b"<13>Nov 24 14:03:21 h app: over tls\n")
    arrived(platform, "over tls", transport="tls")
