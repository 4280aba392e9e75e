"""How grave a met indicator is, and until when a row of a list counts. Pure."""

from fenghuo.see.intel.values import FOREVER

_DAY_NS = 86_400 * 1_000_000_000
_LEVELS = ((80, "high"), (50, "medium"), (20, "low"), (0, "informational"))
_LOWER = {"high": "medium", "medium": "low", "low": "informational", "informational": "informational"}


def level_of(confidence: int, inbound: bool) -> str:
    """Sigma level of a hit: by confidence, one step lower where the listed address only came to us.

    Known scanners visit every public site all day; a system of ours that turns to a listed address is another matter.
    """
    level = next(name for least, name in _LEVELS if confidence >= least)
    return _LOWER[level] if inbound else level


def valid_until(stated: int | None, now_ns: int, expiry_days: int) -> int | None:
    """End of validity: what the list says, else `expiry_days` from now; None for never."""
    if stated is not None:
        return min(stated, FOREVER - 1)
    return now_ns + expiry_days * _DAY_NS if expiry_days else None
