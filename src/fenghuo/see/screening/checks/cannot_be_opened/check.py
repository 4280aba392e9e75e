"""The site can't be opened: not at all now, or too often over a week, by the fifteen-second rule for government websites."""

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, VISITS
from fenghuo.see.screening.facts.site import Visits

_SLOWEST = 15.0
_ENOUGH_VISITS = 7 * 20
_TOO_MANY = 0.05
_STAGES = {
    Why.NAME_NOT_FOUND: "dns",
    Why.NAME_SERVER_FAILED: "dns",
    Why.NO_CONNECTION: "tcp",
    Why.REFUSED: "tcp",
    Why.RESET: "tcp",
    Why.TLS_FAILED: "tls",
    Why.TIMED_OUT: "http",
    Why.INCOMPLETE: "http",
    Why.SERVER_ERROR: "http",
}


def _stage_now(home: Page | Failure) -> str:
    """The stage at which this visit failed, "" where it was answered.

    Raises:
        Untested: nobody visited, or only what stands before the site answered, so that a person may well see it.
    """
    failure = home if isinstance(home, Failure) else home.failure
    if failure is None:
        assert isinstance(home, Page)
        return "http" if home.seconds > _SLOWEST else ""
    if isinstance(home, Page) and home.status == 503:
        return "http"
    if failure.why not in _STAGES:
        raise Untested(failure)
    return _STAGES[failure.why]


def _down(visits: Visits, now: str) -> Finding | None:
    """Down where the last two visits failed; the one of this moment is the last."""
    last = ([now] if now else []) + list(visits.last)
    if len(last) < 2 or not (last[0] and last[1]):
        return None
    since = f", {visits.down_since:%Y-%m-%d %H:%M %z}" if visits.down_since else ""
    return Finding("down", "home", f"{last[0]}, {last[1]}{since}")


def _unstable(visits: Visits) -> Finding | None:
    if visits.all < _ENOUGH_VISITS or visits.failed < _TOO_MANY * visits.all:
        return None
    share = 100 * visits.failed / visits.all
    stages = ", ".join(sorted({stage for stage in visits.last if stage}))
    return Finding("unstable", "home", f"{visits.failed}/{visits.all} = {share:.1f} % {stages}".strip())


def _judge(facts: Facts) -> Judgement:
    visits = facts[VISITS]
    known = _unstable(visits)
    home: Page | Failure = facts.find(HOME)
    try:
        now = _stage_now(home)
    except Untested:
        if known:
            return [known]
        raise
    answered = not now
    down = None if answered else _down(visits, now)
    found = [finding for finding in (down, known) if finding]
    if not found and not answered:
        raise Untested(Failure(Why.NO_CONNECTION, f"{now}: second try is due"))
    if not found and visits.all < _ENOUGH_VISITS:
        raise Untested(Failure(Why.STILL_LEARNING, f"{visits.all}/{_ENOUGH_VISITS}"))
    return found


CHECK = Check(
    id="cannot-be-opened",
    number=1,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(VISITS,),
    uses=(HOME,),
    outcomes=(Outcome("down", Severity.HIGH, 7), Outcome("unstable", Severity.HIGH, 7)),
    rules=("goba-2019-19", "goba-2017-47", "csl-21"),
    judge=_judge,
)
