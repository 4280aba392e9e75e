"""Public lists put together into faults of the products that we can see; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fenghuo.see.screening.content.exploited import Exploited
from fenghuo.see.screening.content.public import Affected, Used

_LINK = "https://nvd.nist.gov/vuln/detail/"
_MOST_RANGES = 60


@dataclass(frozen=True, slots=True)
class Lists:
    """What was read: exploited faults, chances by CVE, what CVEs concern, and (CNNVD number, Chinese name) by CVE."""

    kev: tuple[Used, ...] = ()
    epss: Mapping[str, float] = field(default_factory=dict)
    nvd: Mapping[str, Affected] = field(default_factory=dict)
    cnnvd: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def merged(
    lists: Lists, products: Mapping[str, str], known: Iterable[Exploited], before: Iterable[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """The faults to lay over the pack: those of KEV that concern our products, and what the lists add to those that are known.

    Args:
        products: vendor:product → our product id. known: faults in force.
        before: what the office laid over the pack earlier; it stays where nothing newer is said.
    """
    found = {(str(one["id"]), str(one["product"])): dict(one) for one in before}
    for used in lists.kev:
        for product, ranges in _concerned(used, lists.nvd.get(used.cve), products).items():
            found[used.cve, product] = {**found.get((used.cve, product), {}), **_fault(used, product, ranges, lists)}
    for one in known:
        added = _added(one.id, lists)
        if added:
            entry = found.setdefault((one.id, one.product), _stub(one))
            entry.update(added)
    return [found[key] for key in sorted(found)]


def _concerned(used: Used, affected: Affected | None, products: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """Product id → ranges. Without NVD the names of KEV decide, and nothing is known of versions."""
    found: dict[str, list[list[str]]] = {}
    if affected is not None and affected.ranges:
        for name, ranges in affected.ranges.items():
            if name in products:
                found.setdefault(products[name], []).extend([first, before] for first, before in ranges)
    elif f"{used.vendor}:{used.product}" in products:
        found[products[f"{used.vendor}:{used.product}"]] = []
    return {product: ranges[:_MOST_RANGES] for product, ranges in found.items()}


def _fault(used: Used, product: str, ranges: list[list[str]], lists: Lists) -> dict[str, Any]:
    affected = lists.nvd.get(used.cve)
    return {
        "id": used.cve,
        "product": product,
        "en": used.title,
        "severity": "critical" if affected is not None and affected.critical else "high",
        "source": "CISA KEV",
        "link": _LINK + used.cve,
        "ransomware": used.ransomware,
        **({"affected": ranges} if ranges else {}),
        **_added(used.cve, lists),
    }


def _added(cve: str, lists: Lists) -> dict[str, Any]:
    """What the lists say of a CVE beside KEV."""
    number, title = lists.cnnvd.get(cve, ("", ""))
    added: dict[str, Any] = {}
    if cve in lists.epss:
        added["epss"] = round(lists.epss[cve], 5)
    if title:
        added["zh"] = title
    if number:
        added["also"] = [number]
    return added


def _stub(one: Exploited) -> dict[str, Any]:
    """What is needed of a known fault to say more of it."""
    return {"id": one.id, "product": one.product, "en": one.title_en, "severity": one.severity}
