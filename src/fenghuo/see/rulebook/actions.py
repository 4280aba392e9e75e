"""The verbs of the rule book; the only writer of its tables."""

import contextlib
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.base.common.settings import settings
from fenghuo.see.detection import Known, RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.correlation import Draft
from fenghuo.see.detection.files import load_folder
from fenghuo.see.events import Hit
from fenghuo.see.rulebook.archive import RuleArchive, content_hash, read_archive
from fenghuo.see.rulebook.control import PackPlace, builtin_folder, shipped_rules
from fenghuo.see.rulebook.models import (
    Disposition,
    LogOffset,
    RulebookVersion,
    RulePack,
    RuleStatus,
    RuleSwitch,
    StoredHit,
    StoredRule,
)
from fenghuo.see.rulebook.placeholders import read_placeholders
from fenghuo.see.rulebook.queries import known_rules

_BUILTIN_LICENSE = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: rules in force and refused, and whether the same content stood there already."""

    pack: str
    rules: int
    refused: int
    unchanged: bool


def store_hits(hits: Sequence[Hit]) -> list[Hit]:
    """As `store_new_hits`, but returns only those that may raise warnings."""
    return [hit for hit in store_new_hits(hits) if not hit.quiet]


@transaction.atomic
def store_new_hits(hits: Sequence[Hit]) -> list[Hit]:
    """Store those hits that are not stored yet; returns them, quiet ones too, in order and each once.

    Runs inside the judge's transaction, so that hits, warnings and the judge's place in the log stand or fall together.
    """
    known = set(StoredHit.objects.filter(hit_id__in=[h.hit_id for h in hits]).values_list("hit_id", flat=True))
    fresh: dict[str, Hit] = {}
    for hit in hits:
        if hit.hit_id not in known:
            fresh.setdefault(hit.hit_id, hit)
    licences = dict(RulePack.objects.values_list("name", "license"))
    stored_at = clock.now()
    StoredHit.objects.bulk_create(
        [_row(hit, _licence_name(licences.get(hit.rule_pack, "")), stored_at) for hit in fresh.values()], batch_size=500
    )
    return list(fresh.values())


def _row(hit: Hit, licence: str, stored_at: datetime) -> StoredHit:
    return StoredHit(**columns_of(hit), rule_license=licence, stored_at=stored_at)


def columns_of(hit: Hit) -> dict[str, Any]:
    """The columns of `StoredHit` that the hit itself gives."""
    values = {
        name: getattr(hit, name)
        for name in Hit.__dataclass_fields__
        if name not in {"tags", "matches", "fields", "quiet"}
    }
    for name in ("asset", "domain", "rule_title"):
        values[name] = values[name][:300]
    return {
        **values,
        "tags": list(hit.tags),
        "matches": [asdict(m) for m in hit.matches],
        "disposition": Disposition.QUIET if hit.quiet else Disposition.RAISED,
    }


def _licence_name(text: str) -> str:
    return next((line.strip(" #") for line in text.splitlines() if line.strip(" #")), "")[:200]


def save_offset(consumer: str, stream: str, next_sequence: int) -> None:
    """Remember how far `consumer` has stored its effects; inside the transaction of those effects."""
    LogOffset.objects.update_or_create(consumer=consumer, stream=stream, defaults={"next_sequence": next_sequence})


def _bump() -> None:
    RulebookVersion.objects.get_or_create(pk=1)
    RulebookVersion.objects.filter(pk=1).update(number=F("number") + 1)


def import_archive(actor: Actor, archive: Path, name: str, origin: str = "") -> Imported:
    """Import a zip of Sigma rules as pack `name`, replacing the pack of that name; rules with errors are kept as refused.

    Raises:
        BadArchive: the archive can't be taken; nothing was changed.
        ValueError: the name is not usable or belongs to a builtin pack.
    """
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii() or len(name) > 60:
        raise ValueError(_("{name}: a pack name has letters, digits, - and _, at most 60.").format(name=name))
    if any(place.name == name for place in shipped_rules().packs):
        raise ValueError(_("{name} is a pack that comes with Fenghuo. Choose another name.").format(name=name))
    read = read_archive(archive)
    content = read.content
    standing = RulePack.objects.filter(name=name).first()
    if standing is not None and standing.content == content:
        counts = _counts(name)
        return Imported(name, counts[0], counts[1], unchanged=True)
    folder = _unpack(read, name, content)
    rule_set = compile_rules(
        load_folder(PackPlace(name, folder).path(settings().data), name),
        read_placeholders(settings().data),
        known=known_rules(but=name),
    )
    with transaction.atomic():
        RulePack.objects.update_or_create(
            name=name,
            defaults={
                "folder": folder,
                "content": content,
                "license": read.license,
                "origin": origin or archive.name,
                "imported_at": clock.now(),
                "imported_by": actor.name,
            },
        )
        _store_rules(name, rule_set, read.files)
        _bump()
        rules, refused = _counts(name)
        detail = {"content": content, "rules": rules, "refused": refused}
        record(actor, "rules.imported", f"rule-pack:{name}", detail)
    return Imported(name, rules, refused, unchanged=False)


def _unpack(archive: RuleArchive, name: str, content: str) -> str:
    """Write the files to a folder named by their content; a matching process may still read the old one."""
    folder = f"{name}/{content[:16]}"
    target = settings().data / "rules" / folder
    if not target.exists():
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.rmtree(temporary, ignore_errors=True)
        archive.write(temporary)
        with contextlib.suppress(FileExistsError):
            temporary.rename(target)
    return folder


def _counts(pack: str) -> tuple[int, int]:
    rows = StoredRule.objects.filter(pack_id=pack)
    return rows.filter(status=RuleStatus.OK).count(), rows.filter(status=RuleStatus.REFUSED).count()


def _store_rules(pack: str, rule_set: RuleSet, files: dict[str, bytes]) -> None:
    StoredRule.objects.filter(pack_id=pack).delete()
    rows = []
    for rule in rule_set.rules:
        rows.append(
            StoredRule(
                pack_id=pack,
                path=rule.path,
                rule_id=rule.id,
                rule_hash=rule.hash,
                name=rule.name[:200],
                title=rule.title[:300],
                level=rule.level,
                author=rule.author,
                description=rule.description,
                tags=list(rule.tags),
                references=list(rule.references),
                falsepositives=list(rule.falsepositives),
                logsource={
                    "product": rule.logsource.product,
                    "category": rule.logsource.category,
                    "service": rule.logsource.service,
                },
                threat_class=rule.threat_class or "",
                text=_text(files, rule.path),
                status=RuleStatus.OK,
            )
        )
    rows += [_correlation_row(pack, correlation.draft, files) for correlation in rule_set.correlations]
    for refusal in rule_set.refused:
        rows.append(
            StoredRule(
                pack_id=pack,
                path=refusal.path,
                rule_id=refusal.rule_id or "",
                title=(refusal.title or "")[:300],
                line=refusal.line,
                reason=refusal.reason[:500],
                text=_text(files, refusal.path),
                status=RuleStatus.REFUSED,
            )
        )
    StoredRule.objects.bulk_create(rows, batch_size=500)


def _correlation_row(pack: str, draft: Draft, files: dict[str, bytes]) -> StoredRule:
    return StoredRule(
        pack_id=pack,
        path=draft.path,
        rule_id=draft.id,
        rule_hash=draft.hash,
        name=draft.name[:200],
        title=draft.title[:300],
        level=draft.level,
        author=draft.author,
        description=draft.description,
        tags=list(draft.tags),
        references=list(draft.references),
        falsepositives=list(draft.falsepositives),
        logsource={"correlation": draft.kind.value},
        threat_class=draft.threat_class,
        text=_text(files, draft.path),
        status=RuleStatus.OK,
    )


def _text(files: dict[str, bytes], path: str) -> str:
    return files.get(path, b"").decode("utf-8", "replace")


def sync_builtin_packs() -> None:
    """Bring the tables in line with the packs that this version of Fenghuo ships; quick where nothing changed."""
    names = {place.name for place in shipped_rules().packs}
    packs = {name: list(load_folder(builtin_folder() / name, name)) for name in sorted(names)}
    changed = [name for name, sources in packs.items() if _differs(name, sources)]
    if changed:
        placeholders = read_placeholders(settings().data)
        together = compile_rules([source for sources in packs.values() for source in sources], placeholders)
        known = [Known(r.pack, r.id, r.name, r.title) for r in together.rules]
        known += [Known(c.draft.pack, c.draft.id, c.draft.name, c.draft.title) for c in together.correlations]
        for name in changed:
            _sync_pack(name, packs[name], known)
    for gone in RulePack.objects.filter(builtin=True).exclude(name__in=names):
        with transaction.atomic():
            record(SYSTEM, "rules.removed", f"rule-pack:{gone.name}", {"content": gone.content})
            gone.delete()
            _bump()


def _differs(name: str, sources: Iterable[RuleSource]) -> bool:
    standing = RulePack.objects.filter(name=name).values_list("content", flat=True).first()
    return standing != content_hash({source.path: source.text.encode() for source in sources})


def _sync_pack(name: str, sources: Iterable[RuleSource], known: Iterable[Known]) -> None:
    files = {source.path: source.text.encode() for source in sources}
    content = content_hash(files)
    rule_set = compile_rules(
        [RuleSource(path, data.decode(), name) for path, data in files.items()],
        read_placeholders(settings().data),
        known=known,
    )
    with transaction.atomic():
        RulePack.objects.update_or_create(
            name=name,
            defaults={
                "builtin": True,
                "content": content,
                "license": _BUILTIN_LICENSE,
                "origin": "Fenghuo",
                "imported_at": clock.now(),
                "imported_by": SYSTEM.name,
            },
        )
        _store_rules(name, rule_set, files)
        _bump()
        record(SYSTEM, "rules.imported", f"rule-pack:{name}", {"content": content, "rules": _counts(name)[0]})


@transaction.atomic
def switch_rule(actor: Actor, rule_id: str, *, on: bool, reason: str = "") -> None:
    """Switch a rule off (with a reason) or on again, for every pack that has it.

    Raises:
        LookupError: no pack has this rule.
        ValueError: switching off without a reason.
    """
    if not StoredRule.objects.filter(rule_id=rule_id).exists():
        raise LookupError(rule_id)
    if not on and not reason.strip():
        raise ValueError("reason")
    if on:
        RuleSwitch.objects.filter(rule_id=rule_id).delete()
    else:
        RuleSwitch.objects.update_or_create(
            rule_id=rule_id,
            defaults={"reason": reason.strip()[:500], "switched_by": actor.name, "switched_at": clock.now()},
        )
    _bump()
    record(actor, "rule.switched-on" if on else "rule.switched-off", f"rule:{rule_id}", {"reason": reason.strip()})


@transaction.atomic
def switch_pack(actor: Actor, name: str, *, on: bool) -> None:
    """Take a whole pack in or out of force.

    Raises:
        LookupError: there is no such pack.
    """
    if not RulePack.objects.filter(name=name).update(enabled=on):
        raise LookupError(name)
    _bump()
    record(actor, "rules.switched-on" if on else "rules.switched-off", f"rule-pack:{name}")
