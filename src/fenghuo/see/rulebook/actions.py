"""The verbs of the rule book. Its tables are written here, in `hits`, in `standing` and in `office`, and nowhere else."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.base.common.settings import settings
from fenghuo.see.detection import Correlation, Known, Refusal, Rule, RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.correlation import Draft
from fenghuo.see.detection.files import load_folder
from fenghuo.see.rulebook.archive import RuleArchive, content_hash, read_archive
from fenghuo.see.rulebook.control import PackPlace, builtin_folder, shipped_rules
from fenghuo.see.rulebook.hits import drop_quiet, store_hits
from fenghuo.see.rulebook.models import LogOffset, RulePack, RuleStatus, RuleSwitch, StoredRule
from fenghuo.see.rulebook.placeholders import read_placeholders
from fenghuo.see.rulebook.queries import known_rules
from fenghuo.see.rulebook.standing import (
    CannotDo,
    apply_meters,
    end_silence,
    end_trial,
    quarantine,
    release,
    silence,
    start_trial,
)
from fenghuo.see.rulebook.version import bump

__all__ = [
    "CannotDo",
    "Imported",
    "apply_meters",
    "drop_quiet",
    "end_silence",
    "end_trial",
    "import_archive",
    "quarantine",
    "release",
    "save_offset",
    "silence",
    "start_trial",
    "store_hits",
    "switch_pack",
    "switch_rule",
    "sync_builtin_packs",
]

OFFICE = "office"
"""Name of the pack with the office's own rules; no import may take it."""

_BUILTIN_LICENSE = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: rules in force and refused, and whether the same content stood there already."""

    pack: str
    rules: int
    refused: int
    unchanged: bool


def save_offset(consumer: str, stream: str, next_sequence: int) -> None:
    """Remember how far `consumer` has stored its effects; inside the transaction of those effects."""
    if not LogOffset.objects.filter(consumer=consumer, stream=stream).update(next_sequence=next_sequence):
        LogOffset.objects.create(consumer=consumer, stream=stream, next_sequence=next_sequence)


def import_archive(
    actor: Actor,
    archive: Path,
    name: str,
    origin: str = "",
    watch: Callable[[Iterable[RuleSource], int], Iterable[RuleSource]] = lambda sources, _count: sources,
) -> Imported:
    """Import a zip of Sigma rules as pack `name`, replacing the pack of that name; rules with errors are kept as refused.

    Args:
        watch: gets the rule files and their number and passes them on, for showing progress.

    Raises:
        BadArchive: the archive can't be taken; nothing was changed.
        ValueError: the name is not usable or belongs to a builtin pack.
    """
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii() or len(name) > 60:
        raise ValueError(_("{name}: a pack name has letters, digits, - and _, at most 60.").format(name=name))
    if any(place.name == name for place in shipped_rules().packs):
        raise ValueError(_("{name} is a pack that comes with Fenghuo. Choose another name.").format(name=name))
    if name == OFFICE:
        raise ValueError(_("{name} is the pack of the office's own rules. Choose another name.").format(name=name))
    read = read_archive(archive)
    content = read.content
    standing = RulePack.objects.filter(name=name).first()
    if standing is not None and standing.content == content:
        counts = _counts(name)
        return Imported(name, counts[0], counts[1], unchanged=True)
    folder = unpack(read, name, content)
    sources = load_folder(PackPlace(name, folder).path(settings().data), name)
    rule_set = compile_rules(
        watch(sources, len(read.files)), read_placeholders(settings().data), known=known_rules(but=name)
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
        bump()
        rules, refused = _counts(name)
        detail = {"content": content, "rules": rules, "refused": refused}
        record(actor, "rules.imported", f"rule-pack:{name}", detail)
    return Imported(name, rules, refused, unchanged=False)


def unpack(archive: RuleArchive, name: str, content: str) -> str:
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


def _store_rules(pack: str, rule_set: RuleSet, files: Mapping[str, bytes]) -> None:
    StoredRule.objects.filter(pack_id=pack).delete()
    rows = [
        StoredRule(pack_id=pack, path=rule.path, **rule_values(rule, _text(files, rule.path)))
        for rule in rule_set.rules
    ]
    rows += [
        StoredRule(pack_id=pack, path=found.draft.path, **correlation_values(found, _text(files, found.draft.path)))
        for found in rule_set.correlations
    ]
    rows += [_refused_row(pack, refusal, _text(files, refusal.path)) for refusal in rule_set.refused]
    StoredRule.objects.bulk_create(rows, batch_size=500)


def rule_values(rule: Rule, text: str) -> dict[str, object]:
    """The columns of `StoredRule` for a rule that is taken, without pack and path."""
    source = rule.logsource
    about = {"product": source.product, "category": source.category, "service": source.service}
    return {**_shared_values(rule, text), "logsource": about}


def correlation_values(correlation: Correlation, text: str) -> dict[str, object]:
    """The columns of `StoredRule` for a correlation that is taken, without pack and path."""
    return {**_shared_values(correlation.draft, text), "logsource": {"correlation": correlation.draft.kind.value}}


def _shared_values(rule: Rule | Draft, text: str) -> dict[str, object]:
    names = [tag.lower().removeprefix("attack.") for tag in rule.tags if tag.lower().startswith("attack.")]
    return {
        "rule_id": rule.id,
        "rule_hash": rule.hash,
        "name": rule.name[:200],
        "title": rule.title[:300],
        "level": rule.level,
        "author": rule.author,
        "description": rule.description,
        "tags": list(rule.tags),
        "references": list(rule.references),
        "falsepositives": list(rule.falsepositives),
        "threat_class": rule.threat_class or "",
        "attack": f" {' '.join(names)} " if names else "",
        "text": text,
        "line": None,
        "reason": "",
        "status": RuleStatus.OK,
    }


def _refused_row(pack: str, refusal: Refusal, text: str) -> StoredRule:
    return StoredRule(pack_id=pack, path=refusal.path, **refused_values(refusal, text))


def refused_values(refusal: Refusal, text: str) -> dict[str, object]:
    """The columns of `StoredRule` for a rule that is not taken, without pack and path."""
    return {
        "rule_id": refusal.rule_id or "",
        "title": (refusal.title or "")[:300],
        "line": refusal.line,
        "reason": refusal.reason[:500],
        "text": text,
        "status": RuleStatus.REFUSED,
    }


def _text(files: Mapping[str, bytes], path: str) -> str:
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
            bump()


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
        bump()
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
    bump()
    record(actor, "rule.switched-on" if on else "rule.switched-off", f"rule:{rule_id}", {"reason": reason.strip()})


@transaction.atomic
def switch_pack(actor: Actor, name: str, *, on: bool) -> None:
    """Take a whole pack in or out of force.

    Raises:
        LookupError: there is no such pack.
    """
    if not RulePack.objects.filter(name=name).update(enabled=on):
        raise LookupError(name)
    bump()
    record(actor, "rules.switched-on" if on else "rules.switched-off", f"rule-pack:{name}")
