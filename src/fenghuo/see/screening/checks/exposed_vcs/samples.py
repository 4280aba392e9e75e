"""Samples: real shapes of the files, and the pages that look like them and are not."""

from fenghuo.see.screening.checks.exposed_vcs.check import CHECK
from fenghuo.see.screening.checks.samples import Sample, facts, html, nothing_here, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import MISSING


def _facts(**bodies: Page | Failure) -> Facts:
    """Nothing under every path but these (path with "/" and "." written "_")."""
    probes: dict[str, Page | Failure] = {probe.path: nothing_here() for probe in CHECK.probes}
    for name, found in bodies.items():
        path = next(p for p in probes if p.replace("/", "_").replace(".", "_") == name)
        probes[path] = found
    return facts({MISSING: nothing_here()}, probes)


_SOFT = page(html("您访问的页面走丢了", "首页"))
SAMPLES = [
    Sample("git", _facts(__git_HEAD=page(b"ref: refs/heads/master\n")), ["git"]),
    Sample("detached git head", _facts(__git_HEAD=page(b"0123456789abcdef0123456789abcdef01234567\n")), ["git"]),
    Sample("svn 1.7", _facts(__svn_wc_db=page(b"SQLite format 3\x00\x10\x00")), ["svn"]),
    Sample("svn 1.6", _facts(__svn_entries=page(b"10\n\ndir\n4711\n")), ["svn"]),
    Sample("mercurial", _facts(__hg_requires=page(b"dotencode\nfncache\ngeneraldelta\nrevlogv1\nstore\n")), ["hg"]),
    Sample("finder", _facts(__DS_Store=page(b"\x00\x00\x00\x01Bud1\x00\x00")), ["ds-store"]),
    Sample("every path shows the home page", facts({MISSING: _SOFT}, {p.path: _SOFT for p in CHECK.probes}), "pass"),
    Sample("forbidden", _facts(__git_HEAD=page(html("403 Forbidden", "403 Forbidden"), 403)), "pass"),
    Sample(
        "a page about git",
        _facts(__git_HEAD=page("ref: refs/heads/master is the default branch of a new project")),
        "pass",
    ),
    Sample(
        "a firewall stands before it",
        _facts(__git_HEAD=page(html("您的请求已被网站防火墙拦截"), 403)),
        "could-not-test",
    ),
    Sample("time ran out", _facts(__git_HEAD=Failure(Why.TIMED_OUT)), "could-not-test"),
]
