"""Samples: versions before and after their last day, by the day of the visit."""

from dataclasses import replace
from datetime import UTC, datetime

from fenghuo.see.screening.checks.product_samples import ARTICLE, error_page, stating
from fenghuo.see.screening.checks.samples import Sample, facts, html, nothing_here, page
from fenghuo.see.screening.facts import Failure, Why
from fenghuo.see.screening.facts.needs import HOME, MISSING, PLAIN

_IIS = {"Server": "Microsoft-IIS/7.5", "X-Powered-By": "ASP.NET"}

SAMPLES = [
    Sample("PHP 5.6", stating({"X-Powered-By": "PHP/5.6.40"}), ["end-of-life"]),
    Sample("IIS 7.5", stating(_IIS), ["end-of-life"]),
    Sample(
        "IIS 8.5 when it was still mended",
        replace(stating({"Server": "Microsoft-IIS/8.5"}), at=datetime(2023, 1, 1, tzinfo=UTC)),
        "pass",
    ),
    Sample(
        "Tomcat 8.5 by its error page",
        stating(
            missing=error_page("<p>Status Report</p><h3>Apache Tomcat/8.5.100</h3>", "HTTP Status 404 – Not Found")
        ),
        ["end-of-life"],
    ),
    Sample(
        "only http:// states it",
        stating(more={PLAIN: page("", 301, headers={"Server": "nginx/1.17.6"})}),
        ["end-of-life"],
    ),
    Sample("Drupal 7", stating(head='<meta name="Generator" content="Drupal 7 (http://drupal.org)">'), ["end-of-life"]),
    Sample("CentOS 7", stating({"Server": "Apache/2.4.6 (CentOS)"}), ["end-of-life"]),
    Sample("Tomcat 9 has some months left", stating({"Server": "Apache Tomcat/9.0.115"}), ["ends-soon"]),
    Sample("PHP of Ubuntu", stating({"X-Powered-By": "PHP/7.4.3-4ubuntu2.29"}), ["old-branch"]),
    Sample("OpenSSL of Red Hat", stating({"Server": "Apache OpenSSL/1.0.2k-fips"}), ["old-branch"]),
    Sample("nginx of Debian under the plain number", stating({"Server": "nginx/1.18.0"}), ["old-branch"]),
    Sample("MediaWiki of Debian", stating(head='<meta name="generator" content="MediaWiki 1.39.17">'), ["old-branch"]),
    Sample("mended for years to come", stating({"X-Powered-By": "PHP/8.4.14"}), "pass"),
    Sample("a branch that the list does not know", stating({"Server": "nginx/1.29.3"}), "pass"),
    Sample("no version anywhere", stating({"Server": "nginx"}), "not-applicable"),
    Sample("an article about it", facts({HOME: ARTICLE, MISSING: nothing_here()}), "not-applicable"),
    Sample(
        "a firewall answers under 200",
        facts({HOME: page(html("您的请求已被网站防火墙拦截"), headers=_IIS), MISSING: nothing_here()}),
        "could-not-test",
    ),
    Sample("time ran out", facts({HOME: Failure(Why.TIMED_OUT), MISSING: nothing_here()}), "could-not-test"),
]
