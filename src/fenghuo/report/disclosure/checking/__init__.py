"""The rules that the document must hold, each finding with its place."""

from fenghuo.report.disclosure.checking.base import Finding, Gatherer, Level
from fenghuo.report.disclosure.checking.coded import check_coded
from fenghuo.report.disclosure.checking.goals import check_goals
from fenghuo.report.disclosure.checking.holdings import check_holdings
from fenghuo.report.disclosure.checking.money import check_money
from fenghuo.report.disclosure.checking.texts import check_texts
from fenghuo.report.disclosure.model import Disclosure


def check(disclosure: Disclosure) -> tuple[Finding, ...]:
    """Everything that is wrong, errors first, else in the order of the rules."""
    gather = Gatherer()
    for rules in (check_texts, check_money, check_goals, check_holdings, check_coded):
        rules(disclosure, gather)
    return tuple(sorted(gather.findings, key=lambda finding: finding.level is Level.WARNING))


__all__ = ["Finding", "Level", "check"]
