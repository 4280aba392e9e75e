"""Samples: libraries by what their files say, by addresses, and files that are none."""

from collections.abc import Mapping

from fenghuo.see.screening.checks.product_samples import ARTICLE
from fenghuo.see.screening.checks.samples import SITE, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, SCRIPTS
from fenghuo.see.screening.facts.site import Pages

_JS = {"Content-Type": "application/javascript"}
_OLD = "/*! jQuery v1.8.3 jquery.com | jquery.org/license */\n(function(e,t){var n;})(window);"
_NEW = "/*! jQuery v3.7.1 | (c) OpenJS Foundation and other contributors | jquery.org/license */\n!function(e,t){}();"
_VUE = "/*!\n * Vue.js v2.6.14\n * (c) 2014-2021 Evan You\n * Released under the MIT License.\n */\n"
_EDITOR = "/*!\n* KindEditor 4.1.13 (2020-01-01)\n*/ KindEditor={};"


def _site(files: Mapping[str, str | Page | Failure], inner: str = "", head: str = "") -> Facts:
    """A home page that loads these scripts (name → text)."""
    found: dict[str, Page | Failure] = {
        SITE + name: page(text, url=SITE + name, headers=_JS) if isinstance(text, str) else text
        for name, text in files.items()
    }
    loads = "".join(f'<script src="/{name}"></script>' for name in files)
    return facts({HOME: page(html(inner, head=head + loads)), SCRIPTS: Pages(found)})


SAMPLES = [
    Sample("jQuery by its first line", _site({"js/jq.js": _OLD}), ["vulnerable"]),
    Sample("several libraries in one file", _site({"js/all.js": _NEW + _VUE}), ["vulnerable"]),
    Sample("in the page itself", _site({}, f"<script>{_OLD}</script>"), ["vulnerable"]),
    Sample(
        "found although another was not seen", _site({"a.js": _OLD, "b.js": Failure(Why.TIMED_OUT)}), ["vulnerable"]
    ),
    Sample(
        "half a file is enough for its first line", _site({"a.js": page(_OLD, headers=_JS, cut=True)}), ["vulnerable"]
    ),
    Sample(
        "by the address of another host",
        _site({}, head='<script src="https://cdn.example/jquery/1.12.4/jquery.min.js"></script>'),
        ["unconfirmed"],
    ),
    Sample("the file is newer than its name", _site({"js/jquery-1.8.3.min.js": _NEW}), "pass"),
    Sample("the file does not say what it is", _site({"js/jquery-1.8.3.min.js": "var a=1;"}), ["unconfirmed"]),
    Sample("an editor that nobody maintains", _site({"e/k.js": _EDITOR}), ["unmaintained"]),
    Sample("up to date", _site({"js/jquery.js": _NEW}), "pass"),
    Sample("a time stamp is no version", _site({"js/jquery.min.js?v=20240101": "var a=1;"}), "pass"),
    Sample("no scripts", _site({}), "pass"),
    Sample("an article about it", facts({HOME: ARTICLE, SCRIPTS: Pages({})}), "pass"),
    Sample(
        "the address of a script shows a page",
        _site({"js/a.js": page(html(f"<p>{_OLD}</p>"), url=SITE + "js/a.js")}),
        "pass",
    ),
    Sample("half a file without a name", _site({"a.js": page("var a=1;", headers=_JS, cut=True)}), "could-not-test"),
    Sample("a script that did not come", _site({"a.js": Failure(Why.TIMED_OUT)}), "could-not-test"),
    Sample(
        "a firewall answers under 200",
        facts({HOME: page(html("您的请求已被网站防火墙拦截")), SCRIPTS: Pages({})}),
        "could-not-test",
    ),
]
