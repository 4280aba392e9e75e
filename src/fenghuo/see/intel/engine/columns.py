"""Where observables stand in an EventBatch: names of columns by how their texts are to be read.

The names are those of the Sigma taxonomy (Sysmon, W3C, Zeek), of Suricata EVE and of the Elastic Common Schema, and the
envelope's observables. A name also stands for its list column ("name[]").
"""

ADDRESSES = (
    *("@@src_ip", "@@dst_ip", "SourceIp", "DestinationIp", "SourceAddress", "DestAddress", "DestinationAddress"),
    *(
        "IpAddress",
        "ClientAddress",
        "c-ip",
        "s-ip",
        "r-ip",
        "cs-ip",
        "src_ip",
        "dst_ip",
        "dest_ip",
        "id.orig_h",
        "id.resp_h",
    ),
    *(
        "source.ip",
        "destination.ip",
        "client.ip",
        "server.ip",
        "dns.resolved_ip",
        "dns.answers.rdata",
        "answers",
        "answer",
    ),
    *("src", "dst", "sip", "dip", "srcip", "dstip", "QueryResults"),
)
HOSTS = (
    *("@@domain", "DestinationHostname", "QueryName", "query", "cs-host", "r-dns", "host_header", "server_name"),
    *("dns.question.name", "dns.rrname", "tls.sni", "http.hostname", "url.domain", "destination.domain", "answer"),
    *("dns.answers.rdata", "answers", "DestinationName", "dhost", "QueryResults"),
)
URLS = (
    "@@url",
    "c-uri",
    "cs-uri",
    "cs-url",
    "url",
    "url.full",
    "url.original",
    "http.url",
    "requestUrl",
    "DestinationUrl",
)
HASHES = (
    *("@@hash", "Hashes", "Hash", "md5", "sha1", "sha256", "MD5", "SHA1", "SHA256", "FileHash", "fileHash"),
    *("hash.md5", "hash.sha1", "hash.sha256", "file.hash.md5", "file.hash.sha1", "file.hash.sha256"),
    *("process.hash.md5", "process.hash.sha1", "process.hash.sha256"),
    *("fileinfo.md5", "fileinfo.sha1", "fileinfo.sha256"),
)
FINGERPRINTS = ("tls.fingerprint", "tls.server.hash.sha1", "certificate.fingerprint")
"""Fingerprints of certificates, with or without colons."""
URL_PARTS = (("cs-host", "c-uri"), ("cs-host", "cs-uri"), ("http.hostname", "http.url"), ("@@domain", "@@url"))
"""Host and request target in two columns, where the target begins with "/"."""
SOURCES = frozenset(
    {"@@src_ip", "SourceIp", "SourceAddress", "IpAddress", "ClientAddress", "c-ip", "src_ip", "id.orig_h", "source.ip"}
    | {"client.ip", "src", "sip", "srcip"}
)
"""Columns that name who came: a match in nothing but these is an inbound contact."""
