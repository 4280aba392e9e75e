"""The office's own rules: each saved version is kept; the pack is made of the last ones. Part of the rule book's `actions`."""

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import OuterRef, Subquery

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.see.detection import Rule, RuleSet, RuleSource, ThreatClass, compile_rules
from fenghuo.see.detection.correlation.model import Draft
from fenghuo.see.rulebook.actions import OFFICE, correlation_values, refused_values, rule_values
from fenghuo.see.rulebook.archive import RuleArchive, content_hash
from fenghuo.see.rulebook.models import RulePack, RuleQuarantine, RuleStatus, RuleVersion, StoredRule
from fenghuo.see.rulebook.placeholders import read_placeholders
from fenghuo.see.rulebook.queries import known_rules
from fenghuo.see.rulebook.standing import start_trial
from fenghuo.see.rulebook.version import bump

LARGEST = 64 * 1024
_BEING_WRITTEN = "rule.yml"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEPT_FOLDERS = 10
"""A matching process that starts just now may still read the folder before the last."""


class CannotSave(Exception):
    """The rule can't be saved as it is.

    `code`: "refused" (with `line` and the engine's `reason`), "large", "one", "id", "taken", "class", "reason",
    "moved" (somebody saved a version meanwhile), "same" (nothing was changed) or "missing".
    """

    def __init__(self, code: str, line: int = 0, reason: str = "") -> None:
        super().__init__(code)
        self.code, self.line, self.reason = code, line, reason


@dataclass(frozen=True, slots=True)
class Saved:
    """The version that was saved, and the number of the rule's page."""

    version: RuleVersion
    row: StoredRule


def check_rule(text: str) -> Rule | Draft:
    """The rule or the correlation that the text is, if the office may take it.

    A correlation may refer to rules of every pack, and to others of the office.

    Raises:
        CannotSave: with the line where it is known.
    """
    if len(text) > LARGEST:
        raise CannotSave("large")
    alone = _compiled([RuleSource(_BEING_WRITTEN, text, OFFICE)])
    wanted = (
        {one.id for one in alone.rules} | {c.draft.id for c in alone.correlations} | {r.rule_id for r in alone.refused}
    )
    others = [version for version in _standing() if version.rule_id not in wanted] if "correlation" in text else []
    sources = [RuleSource(f"{version.rule_id}.yml", version.text, OFFICE) for version in others]
    compiled = _compiled([*sources, RuleSource(_BEING_WRITTEN, text, OFFICE)]) if sources else alone
    refused = [refusal for refusal in compiled.refused if refusal.path == _BEING_WRITTEN]
    if refused:
        first = min(refused, key=lambda refusal: refusal.line)
        raise CannotSave("refused", _line_meant(text, first.line, first.reason), first.reason)
    found: list[Rule | Draft] = [one for one in compiled.rules if one.path == _BEING_WRITTEN]
    found += [one.draft for one in compiled.correlations if one.draft.path == _BEING_WRITTEN]
    if len(found) != 1:
        raise CannotSave("one")
    rule = found[0]
    if not _UUID.fullmatch(rule.id):
        raise CannotSave("id", _line_of(text, "id"))
    if StoredRule.objects.filter(rule_id=rule.id).exclude(pack_id=OFFICE).exists():
        raise CannotSave("taken", _line_of(text, "id"))
    if rule.threat_class == ThreatClass.OTHER_ATTACK and "threat_class" not in text:
        raise CannotSave("class")
    return rule


def _compiled(sources: Sequence[RuleSource]) -> RuleSet:
    return compile_rules(sources, read_placeholders(settings().data), known=known_rules(but=OFFICE))


def _line_meant(text: str, line: int, reason: str) -> int:
    """The engine names the part by its keys, as in "selection: Image|contain: …", and the line where `detection` begins."""
    lines = text.splitlines()
    for key in reason.split(": ")[:-1]:
        line = next((n for n in range(line, len(lines) + 1) if f"{key}:" in lines[n - 1]), line)
    return line


def _line_of(text: str, key: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if line.startswith(f"{key}:")), 0)


@transaction.atomic
def save_rule(actor: Actor, text: str, reason: str, *, rule_id: str = "", base: int = 0, trial_days: int = 0) -> Saved:
    """Save a new rule, or a new version of `rule_id`; in force, or on trial, within two seconds.

    Args:
        base: number of the version that the writer began with, 0 for a new rule.
        trial_days: run it silently for so long first, 0 to take it into force at once.

    Raises:
        CannotSave: see there. standing.CannotDo: the trial can't be started.
    """
    text = text.replace("\r\n", "\n").strip() + "\n"
    rule = check_rule(text)
    if not reason.strip():
        raise CannotSave("reason")
    RulePack.objects.select_for_update().filter(name=OFFICE).first()
    last = RuleVersion.objects.filter(rule_id=rule.id).first()
    if rule_id and rule.id != rule_id:
        raise CannotSave("id", _line_of(text, "id"))
    if (last.number if last else 0) != base:
        raise CannotSave("moved" if rule_id else "taken", _line_of(text, "id"))
    if last is not None and last.text == text and not last.retired:
        raise CannotSave("same")
    made = _version(actor, rule, base + 1, text, reason)
    if last is not None and last.rule_hash != rule.hash:
        RuleQuarantine.objects.filter(rule_id=rule.id).delete()
    _publish(actor)
    detail = {"version": made.number, "hash": rule.hash, "reason": made.reason}
    record(actor, "rule.saved", f"rule:{rule.id}", detail)
    if trial_days:
        start_trial(actor, rule.id, trial_days, made.reason)
    return Saved(made, StoredRule.objects.get(pack_id=OFFICE, rule_id=rule.id))


def _version(
    actor: Actor, rule: Rule | Draft, number: int, text: str, reason: str, *, retired: bool = False
) -> RuleVersion:
    return RuleVersion.objects.create(
        rule_id=rule.id,
        number=number,
        title=rule.title[:300],
        rule_hash=rule.hash,
        text=text,
        retired=retired,
        reason=reason.strip()[:500],
        saved_by=actor.name,
        saved_at=clock.now(),
    )


@transaction.atomic
def retire_rule(actor: Actor, rule_id: str, reason: str) -> None:
    """Take a rule out of the office's pack; its versions are kept, and any of them can be saved again.

    Raises:
        CannotSave: no such rule, retired already, or no reason.
    """
    if not reason.strip():
        raise CannotSave("reason")
    RulePack.objects.select_for_update().filter(name=OFFICE).first()
    last = RuleVersion.objects.filter(rule_id=rule_id).first()
    if last is None or last.retired:
        raise CannotSave("missing")
    rule = check_rule(last.text)
    made = _version(actor, rule, last.number + 1, last.text, reason, retired=True)
    _publish(actor)
    record(actor, "rule.retired", f"rule:{rule_id}", {"version": made.number, "reason": made.reason})


def _standing() -> list[RuleVersion]:
    newest = RuleVersion.objects.filter(rule_id=OuterRef("rule_id")).order_by("-number").values("number")[:1]
    return list(RuleVersion.objects.filter(number=Subquery(newest), retired=False).order_by("rule_id"))


def _publish(actor: Actor) -> None:
    """Bring pack, folder and rows in line with the last versions. Rows stay the same rows, so that addresses stay true."""
    versions = {f"{version.rule_id}.yml": version for version in _standing()}
    archive = RuleArchive({path: version.text.encode() for path, version in versions.items()}, "")
    pack, _made = RulePack.objects.update_or_create(
        name=OFFICE,
        defaults={
            "content": archive.content,
            "folder": _folder(archive),
            "origin": OFFICE,
            "imported_at": clock.now(),
            "imported_by": actor.name,
        },
    )
    _write(archive)
    sources = [RuleSource(path, data.decode(), OFFICE) for path, data in archive.files.items()]
    compiled = _compiled(sources)
    StoredRule.objects.filter(pack=pack).exclude(path__in=versions).delete()
    found = {rule.path: rule_values(rule, versions[rule.path].text) for rule in compiled.rules}
    found |= {c.draft.path: correlation_values(c, versions[c.draft.path].text) for c in compiled.correlations}
    found |= {refusal.path: refused_values(refusal, versions[refusal.path].text) for refusal in compiled.refused}
    for path, values in found.items():
        StoredRule.objects.update_or_create(pack=pack, path=path, defaults=values)
    bump()


def _folder(archive: RuleArchive) -> str:
    return f"{OFFICE}/{content_hash(archive.files)[:16]}"


def _write(archive: RuleArchive) -> None:
    """Write the pack's folder, named by its content, and take old ones away."""
    target = settings().data / "rules" / _folder(archive)
    if not target.exists():
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        archive.write(temporary)
        temporary.rename(target)
    os.utime(target)
    folders = sorted((p for p in target.parent.iterdir() if p.is_dir()), key=lambda p: -p.stat().st_mtime)
    for old in folders[_KEPT_FOLDERS:]:
        shutil.rmtree(old, ignore_errors=True)


def restore_office_folder() -> None:
    """Write the office's pack to its folder again where that is gone, as after a restore of the tables alone."""
    pack = RulePack.objects.filter(name=OFFICE).first()
    if pack is not None:
        _write(RuleArchive({f"{v.rule_id}.yml": v.text.encode() for v in _standing()}, ""))


def versions_of(rule_id: str) -> list[RuleVersion]:
    """Every version of a rule of the office, the last first."""
    return list(RuleVersion.objects.filter(rule_id=rule_id))


def is_office(rule: StoredRule) -> bool:
    """Whether the rule belongs to the office's own pack."""
    return rule.pack_id == OFFICE and rule.status == RuleStatus.OK
