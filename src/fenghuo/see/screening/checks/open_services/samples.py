"""Samples: first answers of real services, open and guarded."""

from fenghuo.see.screening.checks.samples import Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import HELLOS
from fenghuo.see.screening.facts.network import Hello


def _said(service: str, port: int, said: bytes, is_open: bool = True) -> Facts:
    return facts({HELLOS: (Hello("ftp", 21, False, b"530 Login incorrect.\r\n"), Hello(service, port, is_open, said))})


_LISTING = b"@RSYNCD: 31.0\nwww            \tweb files\n@RSYNCD: EXIT\n"
_SAMPLES = {
    "redis": (6379, b"+PONG\r\n"),
    "memcached": (11211, b"VERSION 1.6.18\r\n"),
    "elasticsearch": (9200, b'{\n  "name" : "node-1",\n  "cluster_name" : "es",\n  "version" : {'),
    "docker": (2375, b'{"Platform":{"Name":""},"ApiVersion":"1.41","Os":"linux"}'),
    "mongodb": (27017, b"\x9c\x00\x00\x00\x04databases\x00\x5b\x00\x00\x00"),
    "rsync": (873, _LISTING),
    "zookeeper": (2181, b"Zookeeper version: 3.8.1, built on 2023-01-25\nLatency min/avg/max: 0/0/0\n"),
    "nacos": (8848, b'{"code":200,"data":[{"namespace":"","namespaceShowName":"public"}]}'),
}
SAMPLES = [
    *(Sample(name, _said(name, port, said), [name]) for name, (port, said) in _SAMPLES.items()),
    Sample("mongodb tells a parameter", _said("mongodb", 27017, b"\x00\x08quiet\x00\x00\x01ok\x00"), ["mongodb"]),
    Sample(
        "nacos says that it asks nobody", _said("nacos", 8848, b'{"version":"2.2.3","auth_enabled":"false"}'), ["nacos"]
    ),
    Sample(
        "nacos does not say", _said("nacos", 8848, b'{"version":"1.4.1","standalone_mode":"cluster"}'), "could-not-test"
    ),
    Sample("redis with a password", _said("redis", 6379, b"-NOAUTH Authentication required.\r\n", False), "pass"),
    Sample("no such service", _said("elasticsearch", 9200, b"<html>404 Not Found</html>", False), "pass"),
    Sample("no known port is open", facts({HELLOS: ()}), "pass"),
    Sample("anonymous FTP is another check's", _said("ftp", 21, b"230 Login successful.\r\n"), "pass"),
    Sample("a greeting before any password", _said("rsync", 873, b"@RSYNCD: 31.0\n"), "could-not-test"),
    Sample("MongoDB greets strangers too", _said("mongodb", 27017, b"\x00maxWireVersion\x00\x15"), "could-not-test"),
    Sample("a page about redis", _said("redis", 6379, b"HTTP/1.1 200 OK\r\n\r\nhow to PING redis"), "could-not-test"),
    Sample("not allowed", facts({HELLOS: Failure(Why.NOT_AUTHORISED)}), "could-not-test"),
]
