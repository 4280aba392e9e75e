"""Facts of transport, names, ports and mail, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fenghuo.see.screening.facts.base import Failure
from fenghuo.see.screening.facts.page import Page


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What a TLS server offers; each question is one connection.

    Attributes:
        chain: certificates as served, DER, leaf first. issuers: fetched through AIA under the class lookup, DER.
        offered: question → True (accepted), False (refused by the server) or Failure (no clear answer). Questions are protocol versions
            "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", and groups of suites "null", "export", "rc4", "3des".
        dh_bits: size of the group of a finite-field exchange, 0 where none was made.
        trusted: whether the chain as served leads to a root of the store; with_issuers: with AIA's help.
    """

    chain: tuple[bytes, ...]
    offered: Mapping[str, bool | Failure]
    issuers: tuple[bytes, ...] = ()
    dh_bits: int = 0
    trusted: bool = False
    with_issuers: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What the name service says of a host and of the registered domain above it.

    Attributes:
        zone: the registered domain (public suffix and one label), lower case.
        aliases: CNAME targets in order, without the host; dangling: the one that does not exist, "" for none.
        records: "A", "AAAA" of the host; "NS", "MX", "TXT", "SOA", "CAA", "DS", "DNSKEY" of the zone; "DMARC" of _dmarc.zone → texts.
        wildcard: whether a random name below the zone has addresses.
        dnssec: "unsigned", "secure", "bogus", or Failure.
    """

    zone: str
    records: Mapping[str, tuple[str, ...] | Failure]
    aliases: tuple[str, ...] = ()
    dangling: str = ""
    wildcard: bool | Failure = False
    dnssec: str | Failure = "unsigned"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Name server → how many names it handed out for a zone transfer (0: refused), or Failure."""

    servers: Mapping[str, int | Failure]


@dataclass(frozen=True, slots=True)
class OutsideName:
    """A host name that pages refer to, looked up but never contacted: exists after two tries, its parent's SOA exists."""

    host: str
    used_in: str
    exists: bool | Failure
    parent_exists: bool | Failure = True


@dataclass(frozen=True, slots=True)
class Port:
    """A port of the fixed list: "open", "closed" (refused) or "filtered" (no answer), and the first bytes that it said."""

    number: int
    state: str
    banner: bytes = b""


@dataclass(frozen=True, slots=True)
class Hello:
    """What a service answered to a read-only hello.

    Attributes:
        service: "redis", "memcached", "elasticsearch", "docker", "mongodb", "rsync", "zookeeper", "nacos", "ftp".
        open: True where it served without a password; False where it asked for one or is no such service.
        said: the first bytes of its answer. failure: why nothing is known of it; `open` means nothing then.
    """

    service: str
    port: int
    open: bool
    said: bytes = b""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Ssh:
    """An SSH server: its banner, what it offers by kind ("kex", "host-key", "cipher", "mac"), host keys as blobs (RFC 4253)."""

    port: int
    banner: str
    algorithms: Mapping[str, tuple[str, ...]]
    host_keys: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail exchanger as far as EHLO and STARTTLS tell; nothing is sent.

    Attributes:
        starttls: offered and taken. chain: DER, leaf first. trusted: the chain leads to a root and names the exchanger.
    """

    host: str
    address: str
    banner: str
    extensions: tuple[str, ...] = ()
    starttls: bool | Failure = False
    chain: tuple[bytes, ...] = ()
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """Records behind SPF and DMARC.

    Attributes:
        txt: name → its TXT records, for the domain and every include and redirect met; Failure where a look-up failed.
        dmarc: TXT records of _dmarc.domain. mx: exchangers; ("",) is the null MX of RFC 7505.
        has_address: whether the domain has A or AAAA.
    """

    domain: str
    txt: Mapping[str, tuple[str, ...] | Failure]
    dmarc: tuple[str, ...] | Failure = ()
    mx: tuple[str, ...] | Failure = ()
    has_address: bool = True


@dataclass(frozen=True, slots=True)
class Registration:
    """Registration of a domain by WHOIS: when it ends, and the text (at most 4 kB)."""

    domain: str
    expires: date | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class OverIPv6:
    """IPv6 of a site: its addresses, and the home page over one of them; () means none."""

    addresses: tuple[str, ...]
    page: Page | Failure | None = None
