"""Soft 404: a path that shows what the site shows for any path, also where only a part of it was asked for."""

from dataclasses import replace

import pytest

from fenghuo.see.screening.checks.likeness import is_nothing
from fenghuo.see.screening.checks.samples import html, page

LONG = page(html("".join(f"<p>第{n}条　本办法自发布之日起施行，由县教育局负责解释。</p>" for n in range(500))))


@pytest.mark.parametrize("status", [200, 206])
@pytest.mark.parametrize("most", [512, 4096, 16_384])
def test_a_part_of_the_page_for_everything_is_nothing(status: int, most: int) -> None:
    assert is_nothing(replace(LONG, status=status, body=LONG.body[:most], cut=True), LONG)


def test_a_part_of_another_page_is_something() -> None:
    other = page(html("<p>" + "上传目录的内容　" * 200 + "</p>"), 206)
    assert not is_nothing(replace(other, body=other.body[:2048], cut=True), LONG)
