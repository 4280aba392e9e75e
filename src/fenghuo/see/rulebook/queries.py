"""What others ask the rule book."""

from django.db.models import Count, Q, QuerySet

from fenghuo.base.common.settings import settings
from fenghuo.see.detection import Known
from fenghuo.see.rulebook.control import PackPlace, RulesInForce
from fenghuo.see.rulebook.models import (
    LogOffset,
    RulebookVersion,
    RulePack,
    RuleStatus,
    RuleSwitch,
    StoredHit,
    StoredRule,
)
from fenghuo.see.rulebook.placeholders import read_placeholders


def version() -> int:
    """The number that grows with every change; 0 before the first."""
    return RulebookVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def rules_in_force() -> RulesInForce:
    """The complete statement for the matching processes."""
    packs = RulePack.objects.filter(enabled=True).order_by("name").values_list("name", "folder")
    return RulesInForce(
        version=version(),
        packs=tuple(PackPlace(name, folder) for name, folder in packs),
        disabled=frozenset(RuleSwitch.objects.values_list("rule_id", flat=True)),
        placeholders=read_placeholders(settings().data),
    )


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


def rules(search: str = "", pack: str = "", status: str = "", level: str = "") -> QuerySet[StoredRule]:
    """Rules by what the reader asks for; `search` looks in title, id, path, author and reason."""
    found = StoredRule.objects.select_related("pack")
    if pack:
        found = found.filter(pack_id=pack)
    if status:
        found = found.filter(status=status)
    if level:
        found = found.filter(level=level)
    for word in search.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(rule_id__icontains=word)
            | Q(path__icontains=word)
            | Q(author__icontains=word)
            | Q(reason__icontains=word)
        )
    return found


def switches() -> dict[str, RuleSwitch]:
    """Switched-off rules by rule id."""
    return {switch.rule_id: switch for switch in RuleSwitch.objects.all()}


def rule_of_hit(hit: StoredHit) -> StoredRule | None:
    """The rule as it stands now, None where its pack was replaced without it."""
    return StoredRule.objects.filter(pack_id=hit.rule_pack, rule_id=hit.rule_id).first()


def offsets(consumer: str) -> dict[str, int]:
    """Stream → next sequence that `consumer` has not stored the effects of."""
    return dict(LogOffset.objects.filter(consumer=consumer).values_list("stream", "next_sequence"))
