"""Scripts and frames of others on the home page: new ones, hidden ones, and those whose name is free or in other hands."""

from collections.abc import Iterator

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.document import host_of
from fenghuo.see.screening.checks.hidden import Sight
from fenghuo.see.screening.checks.hosts import owner_domain
from fenghuo.see.screening.checks.learning import script_hosts
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.whose_host import is_own, taken_over, usual_script
from fenghuo.see.screening.checks.written import hidden_by_scripts, rendered
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Target, Untested, Why
from fenghuo.see.screening.facts.needs import BASELINE, HOME, OUTSIDE_NAMES
from fenghuo.see.screening.facts.network import OutsideName

_FRAMES = "iframe[src], frame[src]"


def _outside(page: Page, target: Target) -> list[str]:
    return sorted(host for host in script_hosts(page) if not is_own(host, target))


def _element(page: Page, host: str) -> str:
    """The element that loads from a host, for evidence; scripts may load from it too."""
    for url, node in rendered(page).sources("script[src], iframe[src], frame[src], embed[src]"):
        if host_of(url) == host:
            return masked(f"<{node.tag} src={url[:200]}>")
    return f"script → {host}"


def _free_names(page: Page, names: dict[str, OutsideName]) -> Iterator[Finding]:
    """Hosts that do not exist. Where the registered domain does not either, anybody can register it and serve a script."""
    for host, name in names.items():
        if name.exists is False:
            free = name.parent_exists is False
            yield Finding("free-domain" if free else "missing-name", host, _element(page, host))


def _hidden_frames(page: Page, strange: set[str]) -> Iterator[Finding]:
    shown = rendered(page)
    sight = Sight(shown.tree, hidden_by_scripts(page))
    for url, node in shown.sources(_FRAMES):
        hiding = sight.hiding(node)
        if hiding and host_of(url) in strange:
            yield Finding("hidden-frame", host_of(url), masked(f"[{hiding.how}] <{node.tag} src={url[:200]}>"))


def _looked_up(facts: Facts, outside: list[str]) -> tuple[dict[str, OutsideName], Failure | None]:
    """Host → its look-up, and why some are unknown. Nobody needs look-ups where nothing is outside."""
    names = facts.find(OUTSIDE_NAMES)
    if isinstance(names, Failure):
        return {}, names if outside else None
    found = {name.host: name for name in names if name.host in outside}
    for host in outside:
        if host not in found:
            return found, Failure(Why.NOT_COLLECTED, host)
        exists = found[host].exists
        if isinstance(exists, Failure):
            return found, Failure(exists.why, host)
    return found, None


def _strange(facts: Facts, outside: list[str]) -> tuple[set[str], Failure | None]:
    """Hosts that neither the baseline nor the list of usual ones knows; with the failure where there is no baseline yet."""
    baseline = facts.find(BASELINE)
    unusual = {host for host in outside if not usual_script(host)}
    if isinstance(baseline, Failure) or baseline.learned_until is None:
        failure = baseline if isinstance(baseline, Failure) else Failure(Why.STILL_LEARNING)
        return set(), Failure(failure.why, ", ".join(sorted(unusual)[:3])) if unusual else None
    known = {owner_domain(host) for host in baseline.script_hosts}
    return {host for host in unusual if owner_domain(host) not in known}, None


def _judge(facts: Facts) -> Judgement:
    page = facts[HOME]
    if not page.is_html:
        return NotApplicable(NotMeant.NO_PAGES)
    outside = _outside(page, facts.target)
    names, unresolved = _looked_up(facts, outside)
    strange, unlearned = _strange(facts, outside)
    found = list(_free_names(page, names))
    said = {finding.locus for finding in found}
    found += [
        Finding("taken-over", host, _element(page, host)) for host in outside if taken_over(host) and host not in said
    ]
    said |= {finding.locus for finding in found}
    found += _hidden_frames(page, strange - said)
    said |= {finding.locus for finding in found}
    found += [Finding("new-host", host, _element(page, host)) for host in sorted(strange - said)]
    missing = unresolved or unlearned or (Failure(Why.INCOMPLETE, page.url) if page.cut else None)
    if missing and not found:
        raise Untested(missing)
    return found


CHECK = Check(
    id="foreign-scripts",
    number=6,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME,),
    uses=(BASELINE, OUTSIDE_NAMES),
    outcomes=(
        Outcome("free-domain", Severity.CRITICAL, 1),
        Outcome("hidden-frame", Severity.CRITICAL, 1),
        Outcome("missing-name", Severity.HIGH, 7),
        Outcome("taken-over", Severity.HIGH, 7),
        Outcome("new-host", Severity.HIGH, 7),
    ),
    rules=("csl-21", "csl-25", "govapp-17"),
    judge=_judge,
)
