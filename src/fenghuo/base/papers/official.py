"""An official paper (公文) as a value, and its measures after GB/T 9704-2012.

Sources: A4, margins and grid are 5.1 to 5.2 of the standard; the red mark begins 35 mm below the top of the type area (7.2.4); the
other measures come from good secondary sources, and the weights of the lines of the foot are 0.35 and 0.25 mm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

TOP_MM, LEFT_MM, WIDTH_MM, HEIGHT_MM = 37.0, 28.0, 156.0, 225.0
RIGHT_MM, BOTTOM_MM = 210.0 - LEFT_MM - WIDTH_MM, 297.0 - TOP_MM - HEIGHT_MM
LINES, CHARACTERS = 22, 28
POINT_MM = 25.4 / 72
LINE_PT = HEIGHT_MM / LINES / POINT_MM
CHARACTER_PT = WIDTH_MM / CHARACTERS / POINT_MM
BODY_PT, TITLE_PT, SMALL_PT = 16.0, 22.0, 14.0
"""三号, 二号 and 四号."""
MARK_BELOW_MM, RED_LINE_BELOW_MM, NUMBER_BELOW_MM = 35.0, 4.0, 7.0
LARGEST_MARK_PT = 46.0

FANGSONG = ("仿宋_GB2312", "FangSong", "STFangsong", "FandolFang", "SimSun", "Noto Serif CJK SC", "Source Han Serif SC")
XIAOBIAOSONG = (
    "方正小标宋简体",
    "FZXiaoBiaoSong-B05S",
    "STZhongsong",
    "SimSun",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
)
HEITI = ("黑体", "SimHei", "STHeiti", "Heiti SC", "FandolHei", "Noto Sans CJK SC", "Source Han Sans SC")
KAITI = ("楷体_GB2312", "KaiTi", "STKaiti", "FandolKai", "Noto Serif CJK SC", "Source Han Serif SC")
"""The named fonts first, which an office has; then free ones."""

_FIRST = re.compile(r"^[一二三四五六七八九十]+、")
_SECOND = re.compile(r"^（[一二三四五六七八九十]+）")


@dataclass(frozen=True, slots=True)
class Official:
    """What stands on an official paper.

    Attributes:
        urgency: "特急", "加急" or "" for none.
        number: 发文字号. addressed: 主送机关, without the colon.
        paragraphs: the text; see `lead_of`.
        annexes: titles of annexes. note: 附注, without its brackets.
        copies_to: 抄送机关. printed_by, printed_on: 印发机关 and 印发日期.
    """

    agency: str
    number: str
    title: str
    addressed: str
    paragraphs: Sequence[str]
    dated: date | None
    urgency: str = ""
    annexes: Sequence[str] = ()
    note: str = ""
    copies_to: Sequence[str] = ()
    printed_by: str = ""


def lead_of(paragraph: str) -> tuple[str, str, str]:
    """Style ("first", "second" or "text"), heading and rest of a paragraph.

    一、 is set in 黑体 and （一） in 楷体 up to the first full stop; what follows is text.
    """
    for style, pattern in (("first", _FIRST), ("second", _SECOND)):
        if pattern.match(paragraph):
            lead, stop, rest = paragraph.partition("。")
            return style, lead + stop if rest else lead.rstrip("。"), rest
    return "text", "", paragraph


def day_of(day: date | None) -> str:
    """成文日期 in Arabic figures without leading zeros; open where the paper is not dated yet."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　　　年　月　日"


def mark_points(agency: str) -> float:
    """Size of the red mark: as large as the width of the type area allows, bounded."""
    return min(LARGEST_MARK_PT, WIDTH_MM / POINT_MM / max(1, len(agency)))
