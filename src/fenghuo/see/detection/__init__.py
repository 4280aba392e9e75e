"""Detection by Sigma rules: `compile_rules`, then `match(batch) -> hits`. Pure."""

from fenghuo.see.detection.correlation import Correlation, Known
from fenghuo.see.detection.rule import Refusal, Rule, RuleSource, stall_reason
from fenghuo.see.detection.ruleset import RuleSet, compile_rules
from fenghuo.see.detection.threat_classes import ThreatClass

__all__ = [
    "Correlation",
    "Known",
    "Refusal",
    "Rule",
    "RuleSet",
    "RuleSource",
    "ThreatClass",
    "compile_rules",
    "stall_reason",
]
