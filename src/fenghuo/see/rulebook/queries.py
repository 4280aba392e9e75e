"""What others ask the rule book."""

from collections.abc import Iterable, Mapping
from threading import Lock

from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from fenghuo.base.common.settings import settings
from fenghuo.see.detection import Known, Rule, RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.files import load_folder
from fenghuo.see.rulebook.control import PackPlace, RulesInForce, compiled_store
from fenghuo.see.rulebook.models import (
    LogOffset,
    RulebookVersion,
    RulePack,
    RuleQuarantine,
    RuleStatus,
    RuleSwitch,
    RuleTrial,
    StoredHit,
    StoredRule,
)
from fenghuo.see.rulebook.placeholders import read_placeholders
from fenghuo.see.rulebook.texts import titles_with


def version() -> int:
    """The number that grows with every change; 0 before the first."""
    return RulebookVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def rules_in_force() -> RulesInForce:
    """The complete statement for the matching processes; what is quarantined is out like what is switched off."""
    packs = RulePack.objects.filter(enabled=True).order_by("name").values_list("name", "folder")
    return RulesInForce(
        version=version(),
        packs=tuple(PackPlace(name, folder) for name, folder in packs),
        disabled=frozenset(RuleSwitch.objects.values_list("rule_id", flat=True))
        | frozenset(RuleQuarantine.objects.values_list("rule_id", flat=True)),
        placeholders=read_placeholders(settings().data),
    )


_compiled: list[tuple[RulesInForce, RuleSet]] = []
_compiling = Lock()


def compiled() -> RuleSet:
    """The rules in force as the matching processes have them; compiled when first asked for after a change, then kept."""
    in_force = rules_in_force()
    with _compiling:
        if not _compiled or _compiled[0][0] != in_force:
            data = settings().data
            folders = [(pack.path(data), pack.name) for pack in in_force.packs if pack.path(data).is_dir()]
            sources = [source for folder, name in folders for source in load_folder(folder, name)]
            rules = compile_rules(
                sources, in_force.placeholders, disabled=in_force.disabled, store=compiled_store(data)
            )
            _compiled[:] = [(in_force, rules)]
        return _compiled[0][1]


def compiled_with(source: RuleSource) -> RuleSet:
    """The rules in force with this file in place of the one of its pack and path, for trying a correlation out before it is saved."""
    in_force = rules_in_force()
    data = settings().data
    folders = [(pack.path(data), pack.name) for pack in in_force.packs if pack.path(data).is_dir()]
    standing = (s for folder, name in folders for s in load_folder(folder, name))
    others = [one for one in standing if (one.pack, one.path) != (source.pack, source.path)]
    return compile_rules(
        [*others, source], in_force.placeholders, disabled=in_force.disabled, store=compiled_store(data)
    )


def compiled_rule(stored: StoredRule) -> Rule | None:
    """One rule, in force or not, with the filters that apply to it where it is in force; None for a refused one."""
    standing = (r for r in compiled().rules if (r.pack, r.id) == (stored.pack_id, stored.rule_id))
    alone = compile_rules([RuleSource(stored.path, stored.text, stored.pack_id)], read_placeholders(settings().data))
    return next(standing, None) or next((r for r in alone.rules if r.id == stored.rule_id), None)


def find_rule(wanted: str) -> StoredRule | None:
    """The rule of this id, else the one whose title is meant, refused ones left out."""
    rows = StoredRule.objects.select_related("pack").filter(status=RuleStatus.OK)
    wanted = wanted.strip()
    if not wanted:
        return None
    return rows.filter(rule_id=wanted).first() or rows.filter(title__icontains=wanted).first()


def known_rules(but: str = "") -> list[Known]:
    """The rules in force of every pack other than `but`, for correlations that refer to them."""
    rows = StoredRule.objects.filter(status=RuleStatus.OK, pack__enabled=True).exclude(pack_id=but)
    return [Known(*row) for row in rows.values_list("pack_id", "rule_id", "name", "title")]


def packs_with_counts() -> QuerySet[RulePack]:
    """Packs with `in_force` and `refused`, the numbers of their rules."""
    return RulePack.objects.annotate(
        in_force=Count("rules", filter=Q(rules__status=RuleStatus.OK)),
        refused=Count("rules", filter=Q(rules__status=RuleStatus.REFUSED)),
    )


class RuleState(models.TextChoices):
    """How a rule stands at this office. What keeps it out of force is named first: refused, quarantined, off, on trial."""

    IN_FORCE = "in-force", _("in force")
    TRIAL = "trial", _("on trial")
    QUARANTINED = "quarantined", _("quarantined")
    OFF = "off", _("switched off")
    REFUSED = "refused", _("refused")


def in_state(rows: QuerySet[StoredRule], state: str) -> QuerySet[StoredRule]:
    """The rules of `rows` that stand so."""
    if state == RuleState.REFUSED:
        return rows.filter(status=RuleStatus.REFUSED)
    rows = rows.filter(status=RuleStatus.OK)
    quarantined = Q(rule_id__in=RuleQuarantine.objects.values("rule_id"))
    off = Q(pack__enabled=False) | Q(rule_id__in=RuleSwitch.objects.values("rule_id"))
    trial = Q(rule_id__in=RuleTrial.objects.values("rule_id"))
    if state == RuleState.QUARANTINED:
        return rows.filter(quarantined)
    rows = rows.exclude(quarantined)
    if state == RuleState.OFF:
        return rows.filter(off)
    rows = rows.exclude(off)
    return rows.filter(trial) if state == RuleState.TRIAL else rows.exclude(trial)


def states_of(rows: Iterable[StoredRule]) -> dict[int, RuleState]:
    """Number of the row → how the rule stands. `rows` come with their pack."""
    found = list(rows)
    ids = {rule.rule_id for rule in found}
    quarantined = set(RuleQuarantine.objects.filter(rule_id__in=ids).values_list("rule_id", flat=True))
    off = set(RuleSwitch.objects.filter(rule_id__in=ids).values_list("rule_id", flat=True))
    trial = set(RuleTrial.objects.filter(rule_id__in=ids).values_list("rule_id", flat=True))

    def state(rule: StoredRule) -> RuleState:
        if rule.status == RuleStatus.REFUSED:
            return RuleState.REFUSED
        if rule.rule_id in quarantined:
            return RuleState.QUARANTINED
        if not rule.pack.enabled or rule.rule_id in off:
            return RuleState.OFF
        return RuleState.TRIAL if rule.rule_id in trial else RuleState.IN_FORCE

    return {rule.pk: state(rule) for rule in found}


def rules(asked: Mapping[str, str]) -> QuerySet[StoredRule]:
    """Rules by what the reader asks for; absent and empty words ask nothing.

    Args:
        asked: `q` looks in title, id, path, author and reason; `pack`, `state` (`RuleState`), `level`, `product`, `category`,
            `technique` (ATT&CK id; a technique stands for its sub-techniques too) and `tactic`.
    """
    found = StoredRule.objects.select_related("pack")
    for name, column in (
        ("pack", "pack_id"),
        ("level", "level"),
        *((n, f"logsource__{n}") for n in ("product", "category")),
    ):
        if asked.get(name):
            found = found.filter(**{column: asked[name]})
    technique, tactic = asked.get("technique", "").lower(), asked.get("tactic", "").lower()
    if technique:
        found = found.filter(Q(attack__contains=f" {technique} ") | Q(attack__contains=f" {technique}."))
    if tactic:
        found = found.filter(attack__contains=f" {tactic} ")
    if asked.get("state"):
        found = in_state(found, asked["state"])
    for word in asked.get("q", "").split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(title__in=titles_with(word))
            | Q(rule_id__icontains=word)
            | Q(path__icontains=word)
            | Q(author__icontains=word)
            | Q(reason__icontains=word)
        )
    return found


def log_sources(name: str) -> list[str]:
    """The different values of `product` or `category` among the rules, in order."""
    values = StoredRule.objects.filter(status=RuleStatus.OK).values_list(f"logsource__{name}", flat=True).distinct()
    return sorted(value for value in values if value)


def switches() -> dict[str, RuleSwitch]:
    """Switched-off rules by rule id."""
    return {switch.rule_id: switch for switch in RuleSwitch.objects.all()}


def rule_of_hit(hit: StoredHit) -> StoredRule | None:
    """The rule as it stands now, None where its pack was replaced without it."""
    return StoredRule.objects.filter(pack_id=hit.rule_pack, rule_id=hit.rule_id).first()


def offsets(consumer: str) -> dict[str, int]:
    """Stream → next sequence that `consumer` has not stored the effects of."""
    return dict(LogOffset.objects.filter(consumer=consumer).values_list("stream", "next_sequence"))
