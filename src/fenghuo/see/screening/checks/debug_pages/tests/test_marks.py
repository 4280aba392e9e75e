"""Each page by its marks, and none of its secrets in what is shown."""

import json

import pytest

from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.debug_pages import marks, samples
from fenghuo.see.screening.checks.debug_pages.check import CHECK
from fenghuo.see.screening.checks.samples import html, page


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (samples.DJANGO, "django"),
        (samples.THINK, "thinkphp"),
        (samples.ASPNET, "aspnet"),
        (
            "<html><h1>HTTP Status 500</h1><pre>java.lang.NullPointerException\n\tat org.apache.catalina.core.X</pre>",
            "tomcat",
        ),
        ('<html><div class="debugger"><script>var EVALEX = true, SECRET = "x";</script>', "werkzeug"),
        (html("HTTP Status 404 – Not Found <hr><h3>Apache Tomcat/9.0.70</h3>"), None),
        (html("<h1>Whitelabel Error Page</h1><p>status=404"), None),
        (html("<pre>Rails</pre> ThinkPHP Django Laravel Yii Framework"), None),
    ],
)
def test_frameworks(body: str, name: str | None) -> None:
    assert marks.framework(page(body)) == name


def test_values_of_the_environment_are_not_shown() -> None:
    env = {
        "activeProfiles": [],
        "propertySources": [{"name": "a", "properties": {"db.password": {"value": "Oa_2023!"}}}],
    }
    sample = samples._at("/actuator/env", samples._json(env))
    (finding,) = judge(CHECK, sample).findings
    assert "Oa_2023" not in finding.evidence
    assert finding.evidence.endswith("propertySources: 1")


def test_an_api_description_tells_its_title() -> None:
    told = marks.api_description(page(json.dumps(samples.SWAGGER, ensure_ascii=False)))
    assert told == "swagger: 2.0, 办公系统接口"
    assert marks.api_description(page('{"openapi": "3.1.0"}')) is None


def test_debugging_has_a_locus_without_the_made_up_path() -> None:
    sample = next(s for s in samples.SAMPLES if s.name == "Django")
    (finding,) = judge(CHECK, sample.facts).findings
    assert (finding.locus, finding.evidence) == ("django", "404 django")
