"""Many parts of one host are one finding, with the same locus on every visit."""

from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.mixed_content.check import CHECK
from fenghuo.see.screening.checks.samples import SITE, facts, html, page
from fenghuo.see.screening.facts.needs import HOME, PAGES, SECURE
from fenghuo.see.screening.facts.site import Pages


def test_fifty_pictures_of_a_host_are_one_finding() -> None:
    pictures = "".join(f"<img src='http://img.jiaoyu.example/{n}.png?t={n}'>" for n in range(50))
    home = page(html(pictures + "<img src='http://other.example/a.png'>"))
    verdict = judge(CHECK, facts({HOME: home, SECURE: home, PAGES: Pages({SITE + "a": home})}))
    assert [(f.outcome, f.locus) for f in verdict.findings] == [
        ("passive", "img img.jiaoyu.example"),
        ("passive", "img other.example"),
    ]
    assert "?t=" not in verdict.findings[0].evidence
    assert "(50)" in verdict.findings[0].evidence
