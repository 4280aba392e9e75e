"""Each panel by its marks; a finding keeps its identity when the page's title changes."""

import pytest

from fenghuo.see.screening.checks.admin_panel import samples
from fenghuo.see.screening.checks.admin_panel.check import CHECK
from fenghuo.see.screening.checks.admin_panel.panels import panel_of
from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.data_files import toml_of


@pytest.mark.parametrize(
    ("path", "body", "known"),
    [
        ("/phpmyadmin/", samples.PMA, "phpmyadmin"),
        ("/druid/login.html", samples.DRUID, "druid"),
        ("/nacos/", samples.NACOS, "nacos"),
        ("/dede/login.php", samples.DEDE, "dedecms"),
        ("/admin/", samples.DEDE, "dedecms"),
        ("/e/admin/", samples.EMPIRE, "empirecms"),
        ("/wp-login.php", samples.WP, "wordpress"),
        ("/admin/", samples.BACKEND, "login"),
        ("/wp-login.php", samples.BACKEND, None),
        ("/nacos/", "<title>Nacos</title><p>Nacos 配置中心介绍", None),
    ],
)
def test_panels(path: str, body: str, known: str | None) -> None:
    panel = panel_of(samples.at(path, body))
    assert (panel.id if panel else None) == known


def test_locus_is_path_and_panel() -> None:
    sample = next(s for s in samples.SAMPLES if s.name == "some back end")
    (finding,) = judge(CHECK, sample.facts).findings
    assert finding.locus == "/admin/#login"


def test_the_list_is_whole() -> None:
    panels = toml_of("admin-panel", "panels.toml")["panel"]
    assert len({p["id"] for p in panels}) == len(panels)
    assert {p["kind"] for p in panels} == {"console", "backend"}
    assert all({"realm", "css", "title", "body"} & set(p) for p in panels)
