"""What hides a link, and what only looks like it."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from fenghuo.see.screening.checks.hidden import Grade, Sight
from fenghuo.see.screening.checks.samples import html, page
from fenghuo.see.screening.checks.written import hidden_by_scripts, redirects, rendered

LINK = '<a id=it href="http://x.example.net/">x</a>'


def grade(text: str) -> Grade | None:
    tree = LexborHTMLParser(html(text))
    node = tree.css_first("#it")
    assert node is not None
    found = Sight(tree).hiding(node)
    return found.grade if found else None


@pytest.mark.parametrize(
    "around",
    [
        "<div style='position:absolute;left:-9999px'>{}</div>",
        "<div style='POSITION: Absolute; TOP: -999EM'>{}</div>",
        "<div style='text-indent:-9999px'>{}</div>",
        "<div style='margin:-5000px 0 0 0'>{}</div>",
        "<div style='width:1px;height:1px;overflow:hidden'>{}</div>",
        "<div style='max-height:0;overflow:hidden'>{}</div>",
        "<div style='height:3px;overflow:hidden'>{}</div>",
        "<div style='position:absolute;top:-500px'>{}</div>",
        "<div style='font:0/0 a'>{}</div>",
        "<div style='font-size:1px'><b>{}</b></div>",
        "<div style='transform:scale(0)'>{}</div>",
        "<div style='background:#ffffff'><span style='color:rgb(255,255,255)'>{}</span></div>",
        "<table bgcolor=#000><tr><td><font color=black>{}</font></td></tr></table>",
        "<marquee width=1 height=1>{}</marquee>",
        "<noscript>{}</noscript>",
        "<style>@media screen{{}} #k .q{{position:fixed;left:-3000px}}</style><div id=k><p class=q>{}</p></div>",
        "<style>.q{{font-size:14px}} .q.r{{font-size:0!important}}</style><p class='q r' style='font-size:12px'>{}</p>",
    ],
)
def test_odd_ways(around: str) -> None:
    assert grade(around.format(LINK)) is Grade.ODD


@pytest.mark.parametrize(
    "around",
    [
        "<div style='display:none'>{}</div>",
        "<div hidden>{}</div>",
        "<div style='visibility:hidden'><p>{}</p></div>",
        "<div style='opacity:0'>{}</div>",
        "<div style='filter:alpha(opacity=0)'>{}</div>",
        "<style>ul ul{{display:none}}</style><ul><li><ul><li>{}</li></ul></li></ul>",
    ],
)
def test_usual_ways(around: str) -> None:
    assert grade(around.format(LINK)) is Grade.USUAL


@pytest.mark.parametrize(
    "around",
    [
        "<div>{}</div>",
        "<ul style='font-size:0'><li style='font-size:14px'>{}</li></ul>",
        "<div style='visibility:hidden'><p style='visibility:visible'>{}</p></div>",
        "<style>@media print{{.q{{display:none}}}}</style><p class=q>{}</p>",
        "<style media=print>.q{{display:none}}</style><p class=q>{}</p>",
        "<style>.q:hover{{display:none}}</style><p class=q>{}</p>",
        "<style>.q{{display:none}} .q{{display:block}}</style><p class=q>{}</p>",
        "<style>.q{{display:none}}</style><p class=q style='display:block'>{}</p>",
        "<h1 style='text-indent:-9999px;background:url(l.png)'>{}</h1>",
        "<div style='background:#036'><span style='color:#fff'>{}</span></div>",
        "<div style='background:url(a.png)'><span style='color:#fff'>{}</span></div>",
        "<div style='position:absolute;left:-20px'>{}</div>",
        "<div style='height:1px'>{}</div>",
        "<div style='position:absolute;left:50%;margin-left:-960px;width:1920px'>{}</div>",
        "<marquee width=300 height=30>{}</marquee>",
        "<style>this is { no css } }} ::: {</style><p>{}</p>".replace(
            "{ no css } }} ::: {", "{{ no css }} }}}} ::: {{"
        ),
    ],
)
def test_in_sight(around: str) -> None:
    assert grade(around.format(LINK)) is None


def test_white_letters_on_an_unknown_ground_are_unsure() -> None:
    assert grade(f"<span style='color:#fff'>{LINK}</span>") is Grade.UNSURE
    assert grade(f"<style>body{{background:#fff}}</style><span style='color:#fff'>{LINK}</span>") is Grade.UNSURE


def test_what_scripts_write_stands_where_they_stand() -> None:
    text = (
        "<script>document.write('<div id=box>')</script>"
        + LINK
        + "<script>document.write(unescape('%3C/div%3E'))</script>"
    )
    tree = rendered(page(html(text))).tree
    assert tree.css_first("#box > #it") is not None


def test_what_scripts_put_into_an_element_opens_nothing_around_what_follows() -> None:
    text = "<script>x.innerHTML='<div id=box>'+y</script>" + LINK
    assert rendered(page(html(text))).tree.css_first("#box #it") is None


def test_scripts_that_hide() -> None:
    text = (
        "<script>document.getElementById('a').style.display='none';var q=document.getElementById('b');q.style.visibility='hidden';"
        "$('#c').hide();document.getElementById('d').style.display='block'</script>"
    )
    assert hidden_by_scripts(page(html(text))) == {"a", "b", "c"}


def test_redirections_by_script_and_meta() -> None:
    head = '<meta http-equiv="Refresh" content="0; URL=http://a.example.net/">'
    text = "<script>if(1){window.location.href = '//b.example.net/x'} location.replace('/own') ; var location_x='http://c.example.net/'</script>"
    assert redirects(page(html(text, head=head))) == ["http://a.example.net/", "https://b.example.net/x"]


def test_a_page_full_of_scripts_that_never_end_costs_no_time() -> None:
    assert rendered(page(html("<script>document.write('<a>')" * 20_000))).tree.css_first("body") is not None
