"""Samples: tries of links."""

from fenghuo.see.screening.checks.samples import SITE, Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import LINKS
from fenghuo.see.screening.facts.site import Links, LinkTry


def _tried(*statuses: tuple[int, ...], fine: int = 20) -> Facts:
    tries = [LinkTry(f"{SITE}a/{i}.html", SITE, found) for i, found in enumerate([*statuses, *[(200,)] * fine])]
    return facts({LINKS: Links(tuple(tries), 300)})


SAMPLES = [
    Sample("all lead somewhere", _tried(), "pass"),
    Sample("the second try came through", _tried((404, 200), (500, 200), (0, 200)), "pass"),
    Sample("moved", _tried((301, 301), (302, 302)), "pass"),
    Sample("for those who log in", _tried((401, 401), (403, 403)), "pass"),
    Sample("too busy", _tried((503, 503), (429, 429)), "pass"),
    Sample("one dead in a small sample", _tried((404, 404)), ["dead"]),
    Sample("gone", _tried((410, 410)), ["dead"]),
    Sample("one in a hundred", _tried((404, 404), fine=99), "pass"),
    Sample("two in a hundred", _tried((404, 404), (404, 404), fine=98), ["dead"]),
    Sample("server errors", _tried((500, 502)), ["server-error"]),
    Sample("no connection", _tried((0, 0)), ["server-error"]),
    Sample("both", _tried((404, 404), (500, 500)), ["dead", "server-error"]),
    Sample("tried once only", _tried((404,), fine=0), "could-not-test"),
    Sample("none could be tried", facts({LINKS: Links((), 300)}), "could-not-test"),
    Sample("a firewall refuses all", _tried((403, 403), (403, 403), (403, 403), fine=1), "could-not-test"),
    Sample("the site is away", _tried((0, 0), (0, 0), (0, 0), fine=1), "could-not-test"),
    Sample("nobody tried", facts({LINKS: Failure(Why.BUDGET_USED)}), "could-not-test"),
    Sample("a page without links", facts({LINKS: Links((), 0)}), "not-applicable"),
]
