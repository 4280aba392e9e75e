"""Whether a site of the state stands under a suffix that only such units can have."""

from fenghuo.see.screening.checks.base import WEB, Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.hosts import is_address
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import NAMES

_ID = "domain-suffix"


def _judge(facts: Facts) -> Judgement:
    target = facts.target
    if not target.unit_kind:
        raise Untested(Failure(Why.NOT_COLLECTED, "unit kind"))
    suffixes = toml_of(_ID, "suffixes.toml")
    outcome = next((key for key in ("organs", "institutions") if target.unit_kind in suffixes[key]["kinds"]), "")
    if not outcome:
        return NotApplicable(NotMeant.NOT_A_UNIT_OF_STATE)
    if is_address(target.host):
        return [Finding("address-only", target.host, target.url or target.host)]
    names = facts[NAMES]  # a name that does not exist is no site
    host = _ascii(target.host)
    if any(host.endswith(f".{suffix}") for suffix in suffixes[outcome]["suffixes"]):
        return []
    return [Finding(outcome, names.zone or target.host, f"{target.unit} {target.host}")]


def _ascii(host: str) -> str:
    """The host as the name service knows it."""
    try:
        return host.lower().removesuffix(".").encode("idna").decode()
    except UnicodeError:
        return host.lower()


CHECK = Check(
    id=_ID,
    number=41,
    version=1,
    check_class=CheckClass.LOOKUP,
    kinds=(*WEB, "domain"),
    needs=(NAMES,),
    outcomes=(
        Outcome("organs", Severity.COMPLIANCE, 30),
        Outcome("institutions", Severity.COMPLIANCE, 30),
        Outcome("address-only", Severity.COMPLIANCE, 30),
    ),
    rules=("govapp-4", "govapp-5", "goba-2017-47"),
    judge=_judge,
)
