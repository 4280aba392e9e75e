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
_SYSLOG_NG = """# syslog-ng: follow a file and send it over TLS
source s_web {{ file("/var/log/nginx/access.log" flags(no-parse) program-override("nginx")); }};
destination d_fenghuo {{
  network("{host}" port({syslog_tls}) transport("tls")
          tls(ca-file("/etc/syslog-ng/fenghuo-authority.pem") peer-verify(required-trusted)));
}};
log {{ source(s_web); destination(d_fenghuo); }};"""
_DEVICE = """# firewalls, switches, intrusion detection and other devices: their page for a syslog or log server
server {host}    UDP port {syslog_udp}    TCP port {syslog_tcp}    TLS port {syslog_tls}
format: syslog (RFC 5424 or RFC 3164), level: informational and above"""
_WINLOGBEAT = """# Winlogbeat: Windows and Sysmon events
winlogbeat.event_logs:
  - name: Security
  - name: System
  - name: Microsoft-Windows-Sysmon/Operational
  - name: Microsoft-Windows-PowerShell/Operational
output.elasticsearch:
  hosts: ["{ingest}"]
  username: "fenghuo"
  password: "{token}"
setup.template.enabled: false
setup.ilm.enabled: false"""
_FLUENT_BIT = """# Fluent Bit
[OUTPUT]
    Name            es
    Match           *
    Host            {ingest_host}
    Port            {ingest_port}
    HTTP_User       fenghuo
    HTTP_Passwd     {token}
    Suppress_Type_Name On"""
_SURICATA = """# Suricata: EVE over rsyslog's RELP (eve-log with filetype: regular in suricata.yaml)
module(load="imfile")
module(load="omrelp")
input(type="imfile" File="/var/log/suricata/eve.json" Tag="suricata:" Ruleset="fenghuo")
template(name="raw" type="string" string="%msg%\\n")
ruleset(name="fenghuo") {{ action(type="omrelp" target="{host}" port="{relp}" template="raw") }}"""
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
    "syslog-ng TLS": _SYSLOG_NG,
    "syslog": _DEVICE,
    "Suricata": _SURICATA,
    "Winlogbeat": _WINLOGBEAT,
    "Fluent Bit": _FLUENT_BIT,
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
    address = urlsplit(ingest)
    values |= {"host": address.hostname or "127.0.0.1", "ingest": ingest, "token": token}
    if ingest:
        values |= {"ingest_host": address.hostname, "ingest_port": address.port}
    found = {}
    for name, text in _TEXTS.items():
        try:
            found[name] = text.format(**values)
        except KeyError:
            continue
    return {name: text for name, text in found.items() if ingest or "{ingest}" not in _TEXTS[name]}
