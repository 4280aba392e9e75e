"""Ready-to-paste settings of the common shippers. Pure."""

from collections.abc import Mapping
from urllib.parse import urlsplit

_NGINX = """# nginx: send the access log over syslog
access_log syslog:server={host}:{syslog_udp},tag=nginx combined;"""
_RSYSLOG = """# rsyslog: follow a file and send it over RELP, the lossless transport (package rsyslog-relp)
module(load="imfile")
module(load="omrelp")
input(type="imfile" File="/var/log/nginx/access.log" Tag="nginx:" Ruleset="fenghuo")
ruleset(name="fenghuo") {{
  action(type="omrelp" target="{host}" port="{relp}" queue.type="LinkedList"
         queue.filename="fenghuo" queue.saveOnShutdown="on" action.resumeRetryCount="-1")
}}"""
_RSYSLOG_TCP = """# rsyslog: send over TCP
*.* @@{host}:{syslog_tcp}"""
_CURL = """# any program: JSON lines or plain lines, with a key so that a repetition is stored once
curl -H 'Authorization: Bearer {token}' -H 'Idempotency-Key: batch-1' --data-binary @lines.log {ingest}ingest"""
_BULK = """# Filebeat, Fluent Bit, rsyslog omelasticsearch: as an Elasticsearch server
output.elasticsearch:
  hosts: ["{ingest}"]
  username: "fenghuo"
  password: "{token}"
  index: "logs"
setup.template.enabled: false
setup.ilm.enabled: false"""
_HEC = """# Splunk HEC
{ingest}services/collector/event    Authorization: Splunk {token}"""
_OTLP = """# OpenTelemetry collector
exporters:
  otlphttp:
    logs_endpoint: {ingest}v1/logs
    headers: {{ Authorization: "Bearer {token}" }}"""
_TEXTS = {
    "nginx": _NGINX,
    "rsyslog RELP": _RSYSLOG,
    "rsyslog TCP": _RSYSLOG_TCP,
    "HTTP": _CURL,
    "Elasticsearch _bulk": _BULK,
    "Splunk HEC": _HEC,
    "OTLP": _OTLP,
}


def settings_for(run: Mapping[str, Mapping[str, object]], token: str) -> dict[str, str]:
    """Shipper → settings, with the addresses on which this installation listens; those that it does not are left out.

    Args:
        run: the content of `DIR/run.json`.
        token: of the source, or a placeholder where it is not at hand.
    """
    ports, ingest = run.get("ports", {}), str(run.get("urls", {}).get("ingest", ""))
    values = {name.replace("-", "_"): port for name, port in ports.items()}
    values |= {"host": urlsplit(ingest).hostname or "127.0.0.1", "ingest": ingest, "token": token}
    found = {}
    for name, text in _TEXTS.items():
        try:
            found[name] = text.format(**values)
        except KeyError:
            continue
    return {name: text for name, text in found.items() if ingest or "{ingest}" not in _TEXTS[name]}
