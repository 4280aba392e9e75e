"""Labels beside a field, and what stays the same from visit to visit."""

import pytest

from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.insecure_form.check import CHECK
from fenghuo.see.screening.checks.samples import SITE, facts, html, page
from fenghuo.see.screening.facts.needs import HOME, PAGES, PLAIN
from fenghuo.see.screening.facts.site import Pages

HTTP = SITE.replace("https:", "http:")


def found(inner: str, path: str = "") -> list[tuple[str, str, str]]:
    home = page(html(inner), url=HTTP + path)
    verdict = judge(CHECK, facts({HOME: home, PLAIN: home, PAGES: Pages({})}))
    return [(f.outcome, f.locus, f.evidence) for f in verdict.findings]


@pytest.mark.parametrize(
    "inner",
    [
        "<label for=a>身份证号码</label><input id=a>",
        "<label>手机号：<input name=x></label>",
        "<div class=item><span>证件号码</span><div><input name=x></div></div>",
        "<input placeholder='请输入手机号码'>",
        "<input name=id_card>",
        "<input id=idCardNo>",
        "<input type=tel name=x>",
        "<input type=PASSWORD>",
    ],
)
def test_fields_that_ask_for_something_personal(inner: str) -> None:
    assert found(f"<form action=/a>{inner}</form>")


@pytest.mark.parametrize(
    "inner",
    [
        "<input name=keyword placeholder='如：身份证办理'>",
        "<p>办理居民身份证号码更正业务时，请申请人携带本人户口簿和近期照片到窗口办理。</p><input name=q>",
        "<input type=checkbox name=phone>",
        "<input type=submit value=手机号登录>",
        "<input name=headline><input name=hotel>",
        "<select name=phone><option>1</select>",
    ],
)
def test_fields_that_do_not(inner: str) -> None:
    assert not found(f"<form action=/a>{inner}</form>")


def test_a_session_in_the_address_is_no_part_of_the_finding() -> None:
    form = "<form action='/login.do;jsessionid={0}?t={0}'><input type=password></form>"
    one, other = (found(form.format(n), f"index.do;jsessionid={n}?t={n}") for n in ("AAAA", "BBBB"))
    assert one == other != []
    assert "AAAA" not in str(one)
