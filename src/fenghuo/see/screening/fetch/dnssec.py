"""Whether the records of a zone are signed, and rightly: its keys against what the parent says of them, its SOA against its keys; pure."""

from collections.abc import Iterable

import dns.dnssec
import dns.exception
import dns.message
import dns.name
import dns.node
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset
from dns.dnssectypes import DSDigest
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS

from fenghuo.see.screening.facts import Failure, Why

_NO_SIGNATURES = Failure(Why.UNREADABLE, "the name server passes no signatures on")


def state(
    zone: str, ds: dns.message.Message, keys: dns.message.Message, soa: dns.message.Message, now: float
) -> str | Failure:
    """ "unsigned" where the parent has no DS for the zone, "secure" where its signatures hold, else "bogus".

    The parent's DS is taken as the name server gives it; the way from there to the root is not walked.

    Args:
        ds, keys, soa: answers for DS, DNSKEY and SOA of the zone with signatures. now: seconds since 1970.

    Returns:
        Failure where the name server passes no signatures on, so that nothing follows from their absence.
    """
    name = dns.name.from_text(zone)
    wanted = _rrset(ds, name, dns.rdatatype.DS)
    if wanted is None:
        return "unsigned"
    signed = _rrset(ds, name, dns.rdatatype.RRSIG, dns.rdatatype.DS) is not None
    found = _rrset(keys, name, dns.rdatatype.DNSKEY)
    found_signatures = _rrset(keys, name, dns.rdatatype.RRSIG, dns.rdatatype.DNSKEY)
    record = _rrset(soa, name, dns.rdatatype.SOA)
    record_signatures = _rrset(soa, name, dns.rdatatype.RRSIG, dns.rdatatype.SOA)
    if found is None or found_signatures is None or record is None or record_signatures is None:
        return "bogus" if signed else _NO_SIGNATURES
    entries = [one for one in wanted if isinstance(one, DS)]
    if not any(_known(one) for one in entries):
        return "unsigned"  # RFC 4035, 5.2: algorithms that nobody here knows make a zone as good as unsigned
    anchors = [key for key in found if isinstance(key, DNSKEY) and any(_matches(name, key, one) for one in entries)]
    if not anchors:
        return "bogus"
    try:
        dns.dnssec.validate(found, found_signatures, _keys(name, anchors), now=now)
        dns.dnssec.validate(record, record_signatures, _keys(name, found), now=now)
    except dns.exception.DNSException:
        return "bogus"
    return "secure"


def _rrset(
    message: dns.message.Message,
    name: dns.name.Name,
    kind: dns.rdatatype.RdataType,
    covers: dns.rdatatype.RdataType = dns.rdatatype.NONE,
) -> dns.rrset.RRset | None:
    return message.get_rrset(message.answer, name, dns.rdataclass.IN, kind, covers)


def _known(ds: DS) -> bool:
    try:
        return dns.dnssec.default_policy.ok_to_validate_ds(DSDigest(ds.digest_type))
    except ValueError:
        return False


def _matches(zone: dns.name.Name, key: DNSKEY, ds: DS) -> bool:
    if dns.dnssec.key_id(key) != ds.key_tag or key.algorithm != ds.algorithm or not _known(ds):
        return False
    try:
        return bool(dns.dnssec.make_ds(zone, key, DSDigest(ds.digest_type), validating=True) == ds)
    except (dns.exception.DNSException, ValueError):
        return False


_Keys = dict[dns.name.Name, dns.node.Node | dns.rdataset.Rdataset]


def _keys(name: dns.name.Name, keys: Iterable[dns.rdata.Rdata]) -> _Keys:
    return {name: dns.rdataset.from_rdata_list(3600, list(keys))}
