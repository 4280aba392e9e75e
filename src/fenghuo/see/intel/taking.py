"""From rows of a list to rows of the table: the checks that every indicator passes, wherever it comes from. Pure."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fenghuo.see.intel import normal
from fenghuo.see.intel.formats.base import MOST_ROWS, Problem, Read, Row, problem
from fenghuo.see.intel.guard import OwnAssets
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import CLASSES, Kind, Tlp

_TLP_1 = {"white": Tlp.CLEAR.value, "": ""}
_SECRECY = re.compile("秘密|机密|绝密")
_TLPS = frozenset(tlp.value for tlp in Tlp)


@dataclass(frozen=True, slots=True)
class Taken:
    """A row in canonical form; what the list did not say is "" or None."""

    kind: Kind
    value: str
    digest: str
    row: Row


def digest_of(kind: str, value: str) -> str:
    """What a value is found by: 32 hex digits."""
    return hashlib.blake2b(f"{kind}|{value}".encode(), digest_size=16).hexdigest()


def take(row: Row, own: OwnAssets) -> Taken:
    """The row in canonical form.

    Raises:
        normal.Refused: it is no indicator, or one that must not be listed.
    """
    tlp = _TLP_1.get(row.tlp, row.tlp)
    if _SECRECY.search(row.tlp) or _SECRECY.search(row.note):
        raise normal.Refused(Reason.SECRET)
    if tlp and tlp not in _TLPS:
        raise normal.Refused(Reason.UNSUPPORTED)
    kind, value = normal.normalise(row.value, row.kind)
    own.check(kind, value)
    return Taken(kind, value, digest_of(kind.value, value), row)


def tlp_of(row: Row, otherwise: str) -> str:
    """The label that a row carries, in the words of TLP 2.0."""
    return _TLP_1.get(row.tlp, row.tlp) or otherwise


def class_of(row: Row, otherwise: str) -> str:
    """The threat class that a row carries."""
    return row.threat_class if row.threat_class in CLASSES else otherwise


def take_all(rows: Iterable[Read], own: OwnAssets, most: int = MOST_ROWS) -> Iterator[Taken | Problem]:
    """Each row in canonical form or why not, in order; the rows after `most` are one problem."""
    for number, found in enumerate(rows, 1):
        if number > most:
            yield problem(number, "", Reason.OVER_LIMIT)
            return
        if isinstance(found, Problem):
            yield found
            continue
        try:
            yield take(found, own)
        except normal.Refused as error:
            shown = "" if error.reason in {Reason.PERSON, Reason.SECRET} else found.value
            yield problem(found.place, shown, error.reason)
