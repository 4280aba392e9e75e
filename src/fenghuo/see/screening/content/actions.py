"""The verbs of content: import packs and public lists, trust keys. Each is written into the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.see.screening.content import exploited, products, registry, store
from fenghuo.see.screening.content.merging import Lists, merged
from fenghuo.see.screening.content.packs import MOST_BYTES, BadPack, Pack, open_pack, read_key
from fenghuo.see.screening.content.public import read_cnnvd, read_epss, read_kev, read_nvd

_MOST_KEY = 10_000
EXPLOITED = "known-exploited"


@dataclass(frozen=True, slots=True)
class Laid:
    """What an import of public lists made: version, faults in it, how many of them state versions."""

    version: str
    faults: int
    with_versions: int


def places() -> store.Places:
    """Where packs and keys of this installation lie."""
    return store.Places.of(settings().data)


@transaction.atomic
def trust_key(actor: Actor, file: Path) -> str:
    """Trust a key from now on; its id.

    Raises:
        BadPack: "key".
    """
    try:
        text = file.read_bytes()[:_MOST_KEY]
    except OSError as error:
        raise BadPack("key", str(error)) from error
    name = store.keep_key(places(), read_key(text))
    record(actor, "content.key-trusted", f"key:{name}", {"file": file.name})
    return name


@transaction.atomic
def distrust_key(actor: Actor, name: str) -> None:
    """Trust a key no more; what it signed before stays installed, and `verify` says so.

    Raises:
        BadPack: "unknown-key".
    """
    if not store.drop_key(places(), name):
        raise BadPack("unknown-key", name)
    record(actor, "content.key-removed", f"key:{name}")


@transaction.atomic
def import_pack(actor: Actor, file: Path) -> Pack:
    """Install a signed pack that is newer than what is in force.

    Raises:
        BadPack: it is not taken, and nothing is changed.
    """
    try:
        with file.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadPack("no-zip", str(error)) from error
    where = places()
    registry.use(where.packs)
    pack = open_pack(raw, store.trusted(where), clock.now().date())
    store.refuse_older(pack)
    record(
        actor,
        "content.imported",
        f"content:{pack.name}",
        {"version": pack.version, "date": pack.date, "key": pack.key, "files": sorted(pack.files)},
    )
    store.install(where, pack)
    registry.forget()
    return pack


@transaction.atomic
def import_public(
    actor: Actor, kev: Path | None, epss: Path | None, nvd: Path | None, cnnvd: Path | None = None
) -> Laid:
    """Lay public lists over the pack of exploited faults, for products that we know; unsigned, and marked so.

    Raises:
        BadList: a file is not the list that it should be; nothing is changed.
    """
    where = places()
    registry.use(where.packs)
    used = tuple(read_kev(kev)) if kev else ()
    known = [one for faults in exploited.exploited().values() for one in faults]
    wanted = {one.cve for one in used} | {one.id for one in known}
    lists = Lists(
        kev=used,
        epss=read_epss(epss, wanted) if epss else {},
        nvd=read_nvd(nvd, wanted) if nvd else {},
        cnnvd=read_cnnvd(cnnvd) if cnnvd else {},
    )
    faults = merged(lists, products.by_cpe(), known, _laid_before())
    exploited.read({"local.json": {"fault": faults}})
    given = {name: path.name for name, path in {"kev": kev, "epss": epss, "nvd": nvd, "cnnvd": cnnvd}.items() if path}
    day = clock.now().date()
    version = store.install_local(
        where, EXPLOITED, day, {"version": f"{day:%Y.%m.%d}", "date": day.isoformat(), "fault": faults}
    )
    record(
        actor, "content.public-imported", f"content:{EXPLOITED}", {"version": version, "faults": len(faults), **given}
    )
    registry.forget()
    return Laid(version, len(faults), sum(1 for one in faults if one.get("affected")))


def _laid_before() -> list[Mapping[str, Any]]:
    local = [one for one in registry.standing(EXPLOITED) if one.origin == "local"]
    return [fault for one in local for table in one.files.values() for fault in table.get("fault", ())]
