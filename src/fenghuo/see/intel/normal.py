"""One canonical form of every indicator, and what is refused. Pure.

URLs: no scheme, user, fragment or default port; host in lower case and as the DNS has it; percent triplets as RFC 3986 6.2.2
says. Domains in lower case, IDNA, without a dot at the end; they stand for the names below them too.
"""

import ipaddress
import re

from fenghuo.see.intel import commons
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import Kind

LONGEST = 2048
_HEX = re.compile(r"[0-9a-fA-F]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+,.\-]*)://")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.|$))+(?<!\.)")
_TRIPLET = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_HASH_SIZES = {32, 40, 64}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DEFANGED = re.compile(r"(?i)[\[({\\]|^h(?:xx|tt|\*\*)p")
_PORT = re.compile(r":\d{1,5}$")
_PHONE = re.compile(r"\+?[\d\s()\-]{7,20}")
_COMMON_ADDRESSES = [ipaddress.ip_address(address) for address in commons.COMMON_ADDRESSES]
_SPECIAL_FIRST = frozenset({0, 10, 100, 127, 169, 172, 192, 198, 203})
_MAIL = re.compile(r"[^\s/@]+@[^\s/@]+")


class Refused(ValueError):
    """The text can't be an indicator; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def refanged(text: str) -> str:
    """The text as it was before somebody made it harmless: hxxp, [.], (dot), [:]."""
    text = text.strip().strip("\ufeff\"'`").strip()
    if not _DEFANGED.search(text):
        return text
    text = re.sub(r"(?i)^h(?:xx|tt|\*\*)p(s?)(\[:\]|:)", r"http\1:", text).replace("[://]", "://")
    text = re.sub(r"(?i)[\[({](?:\.|dot)[\])}]", ".", text)
    return text.replace("[:]", ":").replace("[at]", "@").replace("[@]", "@").replace("\\.", ".")


def normalise(text: str, kind: Kind | None = None) -> tuple[Kind, str]:
    """Kind and canonical value of a text, defanged or not. Without `kind` it is found out.

    A host address in a URL stays a URL; "address:port" is the address; a network of one address is the address.

    Raises:
        Refused: it is none, or one that would do harm; the reason is the first that applies.
    """
    text = refanged(text)
    if len(text) > LONGEST:
        raise Refused(Reason.TOO_LONG)
    if not text or _CONTROL.search(text):
        raise Refused(Reason.NOT_UNDERSTOOD)
    found = kind or _guess(text)
    if found is Kind.HASH:
        return found, _hash(text)
    if found is Kind.URL:
        return found, _url(text)
    if found is Kind.DOMAIN:
        return found, _domain(text)
    return _address(text, kind)


def _guess(text: str) -> Kind:
    if _MAIL.fullmatch(text.removeprefix("mailto:")):
        raise Refused(Reason.PERSON)
    if _HEX.fullmatch(text) and len(text) in _HASH_SIZES:
        return Kind.HASH
    if _SCHEME.match(text):
        return Kind.URL
    if _looks_like_address(text):
        return Kind.ADDRESS
    if "/" in text:
        return Kind.URL
    if "." not in text and _PHONE.fullmatch(text):
        raise Refused(Reason.PERSON)
    return Kind.DOMAIN


def _looks_like_address(text: str) -> bool:
    first = text.partition("/")[0]
    if text.count("/") > 1 or ("/" in text and not text.partition("/")[2].isdigit()):
        return False
    return first.startswith("[") or first.count(":") >= 2 or bool(re.fullmatch(r"[\d.]+(:\d+)?", first))


def _hash(text: str) -> str:
    if not _HEX.fullmatch(text) or len(text) not in _HASH_SIZES:
        raise Refused(Reason.WRONG_KIND)
    if text.lower() in commons.COMMON_HASHES:
        raise Refused(Reason.COMMON)
    return text.lower()


def _address(text: str, wanted: Kind | None) -> tuple[Kind, str]:
    bare, slash, length = text.partition("/")
    bare = bare[1:].partition("]")[0] if bare.startswith("[") else bare
    if not slash and bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        if slash:
            network = _unmapped(ipaddress.ip_network(f"{bare}/{length}", strict=False))
            if network.prefixlen < network.max_prefixlen:
                return Kind.NETWORK, _network(network)
            address = network.network_address
        else:
            address = ipaddress.ip_address(bare)
            address = getattr(address, "ipv4_mapped", None) or address
    except ValueError as error:
        if isinstance(error, Refused):
            raise
        raise Refused(Reason.WRONG_KIND if wanted else Reason.NOT_UNDERSTOOD) from error
    if not _is_global(address):
        raise Refused(Reason.PRIVATE_ADDRESS)
    if str(address) in commons.COMMON_ADDRESSES:
        raise Refused(Reason.COMMON)
    return Kind.ADDRESS, str(address)


def _network(network: "ipaddress.IPv4Network | ipaddress.IPv6Network") -> str:
    if network.prefixlen < commons.NARROWEST[network.version]:
        raise Refused(Reason.TOO_WIDE)
    if not _is_global(network[0]) or not _is_global(network[-1]):
        raise Refused(Reason.PRIVATE_ADDRESS)
    if any(address in network for address in _COMMON_ADDRESSES):
        raise Refused(Reason.COMMON)
    return str(network)


def _is_global(address: "ipaddress.IPv4Address | ipaddress.IPv6Address") -> bool:
    """`is_global` and not multicast; what lies outside every special range (IANA registries) is known at once."""
    if address.version == 4:
        first = int(address) >> 24
        plain = first < 224 and first not in _SPECIAL_FIRST
    else:
        plain = 0x2003 <= int(address) >> 112 < 0x3FFF
    return plain or (address.is_global and not address.is_multicast)


def _unmapped(
    network: "ipaddress.IPv4Network | ipaddress.IPv6Network",
) -> "ipaddress.IPv4Network | ipaddress.IPv6Network":
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is None:
        return network
    if network.prefixlen < 96:
        raise Refused(Reason.TOO_WIDE)
    return ipaddress.ip_network(f"{mapped}/{network.prefixlen - 96}")


def ascii_host(text: str) -> str:
    """A host name in lower case as the DNS has it, without the dot at its end.

    Raises:
        Refused: no host name.
    """
    name = text.strip().rstrip(".")
    if not name.isascii():
        name = name.replace("。", ".").replace("．", ".").rstrip(".")
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise Refused(Reason.NOT_UNDERSTOOD) from error
    return name.lower()


def _domain(text: str) -> str:
    name = text.removeprefix("*.").removeprefix(".")
    if _SCHEME.match(name) or _MAIL.fullmatch(name):
        raise Refused(Reason.PERSON if "@" in name else Reason.WRONG_KIND)
    name = ascii_host(_PORT.sub("", name))
    labels = name.split(".")
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise Refused(Reason.NOT_UNDERSTOOD)
    if len(labels) == 1 or labels[-1].isdigit() or labels[-1] in {"local", "localhost", "lan", "internal", "arpa"}:
        raise Refused(Reason.TOP_LEVEL if labels[-1].isalpha() else Reason.NOT_UNDERSTOOD)
    if name in commons.COMMON_DOMAINS:
        raise Refused(Reason.COMMON)
    if len(labels) == 2 and len(labels[1]) == 2:
        province = labels[1] == "cn" and labels[0] in commons.CHINA_PROVINCES
        if province or labels[0] in commons.TWO_LABEL_SUFFIXES:
            raise Refused(Reason.TOP_LEVEL)
    return name


def ascii_url(text: str) -> str:
    """A URL whose host is in its form in the DNS; the rest as it is.

    Raises:
        Refused: no URL with a host.
    """
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    where, after = _split(rest)
    host, colon, port = where.rpartition(":") if re.search(r":\d*$", where) else (where, "", "")
    return f"http://{ascii_host(host)}{colon}{port}{after}"


def _split(rest: str) -> tuple[str, str]:
    """Host and port without the user, and what follows."""
    stop = next((i for i, c in enumerate(rest) if c in "/?#"), len(rest))
    return rest[:stop].rpartition("@")[2], rest[stop:]


def canonical_url(text: str) -> str:
    """The form of a URL in which two are compared; "" where it has no host. `reading.canonical_url` writes the same."""
    text = text.strip(" \t\n\v\f\r")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return ""
    host, after = _split(text[scheme.end() :])
    if not host.isascii():
        try:
            host, after = _split(ascii_url(text)[7:])
        except Refused:
            return ""
    if not host:
        return ""
    host = re.sub(r":(?:80|443)?$", "", host.lower())
    host = re.sub(r"(?<=.)\.(?=(:\d+)?$)", "", host, count=1)
    after = after.partition("#")[0]
    if not after.startswith("/"):
        after = "/" + after
    return host + _TRIPLET.sub(_plain, after)


def _plain(triplet: "re.Match[str]") -> str:
    byte = int(triplet[1], 16)
    return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"


def _url(text: str) -> str:
    scheme = _SCHEME.match(text)
    if scheme is None:
        text = "http://" + text
    elif scheme[1].lower() not in {"http", "https", "ftp", "ftps", "ws", "wss", "tcp"}:
        raise Refused(Reason.UNSUPPORTED)
    if any(c.isspace() for c in text):
        raise Refused(Reason.NOT_UNDERSTOOD)
    url = canonical_url(text)
    host = host_of(url)
    if not host:
        raise Refused(Reason.NOT_UNDERSTOOD)
    if len(url.encode()) > LONGEST:
        raise Refused(Reason.TOO_LONG)
    _check_host(host, url)
    return url


def host_of(url: str) -> str:
    """The host of a canonical URL, without port and brackets."""
    where = url.partition("/")[0].partition("?")[0]
    return where[1:].partition("]")[0] if where.startswith("[") else where.partition(":")[0]


def _check_host(host: str, url: str) -> None:
    """A URL on a host that everybody uses is fine while it has a path of its own."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            _domain(host)
        except Refused as error:
            if error.reason is not Reason.COMMON or url.partition("/")[2] == "":
                raise
        return
    if not _is_global(address):
        raise Refused(Reason.PRIVATE_ADDRESS)
