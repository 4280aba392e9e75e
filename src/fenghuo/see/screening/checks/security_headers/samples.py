"""Samples: headers as servers send them."""

from fenghuo.see.screening.checks.samples import Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import HOME

_GOOD = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def _sent(**changes: str | None) -> Facts:
    headers = {**_GOOD, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return facts({HOME: page(html("<p>新闻</p>"), headers={k: v for k, v in headers.items() if v is not None})})


_POLICY = "default-src 'self'; frame-ancestors 'self'"


def _stating(head: str, policy: str | None = None) -> Facts:
    headers = {"X-Content-Type-Options": "nosniff", **({"Content-Security-Policy": policy} if policy else {})}
    return facts({HOME: page(html("<p>新闻</p>", head=head), headers=headers)})


SAMPLES = [
    Sample("all there", _sent(), "pass"),
    Sample("nothing there", facts({HOME: page(html("<p>新闻</p>"))}), ["no-csp", "framing", "sniffing"]),
    Sample(
        "inline scripts allowed",
        _sent(Content_Security_Policy="script-src 'self' 'unsafe-inline'; frame-ancestors 'self'"),
        ["weak-csp"],
    ),
    Sample(
        "a nonce makes unsafe-inline void",
        _sent(
            Content_Security_Policy="script-src 'nonce-abc' 'unsafe-inline'; object-src 'none'; frame-ancestors 'self'"
        ),
        "pass",
    ),
    Sample(
        "strict-dynamic with a nonce makes addresses void",
        _sent(
            Content_Security_Policy="script-src 'nonce-abc' 'strict-dynamic' https:; object-src 'none'; frame-ancestors 'self'"
        ),
        "pass",
    ),
    Sample(
        "strict-dynamic without a nonce",
        _sent(Content_Security_Policy="default-src 'self'; script-src 'strict-dynamic'; frame-ancestors 'self'"),
        ["weak-csp"],
    ),
    Sample(
        "objects from anywhere",
        _sent(Content_Security_Policy="script-src 'self'; frame-ancestors 'self'"),
        ["weak-csp"],
    ),
    Sample(
        "text may become script",
        _sent(Content_Security_Policy="default-src 'self' 'unsafe-eval'; frame-ancestors 'self'"),
        ["weak-csp"],
    ),
    Sample(
        "scripts over http://",
        _sent(Content_Security_Policy="default-src 'self' http://cdn.example; frame-ancestors 'self'"),
        ["weak-csp"],
    ),
    Sample(
        "pictures from anywhere",
        _sent(Content_Security_Policy="default-src 'self'; img-src * data: http:; frame-ancestors 'self'"),
        "pass",
    ),
    Sample(
        "two policies, each of which keeps out what the other lets in",
        _stating(
            "<meta http-equiv=Content-Security-Policy content='script-src *'>",
            "default-src 'self' 'unsafe-inline'; frame-ancestors 'self'",
        ),
        "pass",
    ),
    Sample(
        "a policy in the page", _stating(f'<meta http-equiv=Content-Security-Policy content="{_POLICY}">'), ["framing"]
    ),
    Sample("a referrer policy in the page", _stating("<meta name=referrer content=unsafe-url>", _POLICY), ["referrer"]),
    Sample(
        "embedded by anybody, whatever the old header says",
        _sent(Content_Security_Policy="default-src 'self'; frame-ancestors *", X_Frame_Options="DENY"),
        ["framing"],
    ),
    Sample(
        "old framing header", _sent(Content_Security_Policy="default-src 'self'", X_Frame_Options="SAMEORIGIN"), "pass"
    ),
    Sample(
        "framing header that browsers ignore",
        _sent(Content_Security_Policy="default-src 'self'", X_Frame_Options="ALLOWALL"),
        ["framing"],
    ),
    Sample("whole addresses to everybody", _sent(Referrer_Policy="unsafe-url"), ["referrer"]),
    Sample(
        "no page at all", facts({HOME: page(b"{}", headers={"Content-Type": "application/json"})}), "not-applicable"
    ),
    Sample("server down", facts({HOME: page(html("502 Bad Gateway"), 502)}), "could-not-test"),
    Sample("no answer", facts({HOME: Failure(Why.TIMED_OUT)}), "could-not-test"),
]
