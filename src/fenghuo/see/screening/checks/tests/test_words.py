"""Words of promotion: found however they are written, silent in honest texts."""

import tomllib
from datetime import date
from importlib import resources

import pytest

from fenghuo.see.screening.checks.words import promotion


@pytest.mark.parametrize(
    "text",
    [
        "澳门新葡京官方网址",
        "百 家 乐 开 户",
        "ＰＫ１０开奖直播",
        "六\u200b合\u200b彩",
        "赌场_下注_返水",
        "新开传奇私服发布网",
        "刻章办证 代办文凭",
        "无视征信秒下款",
        "best ONLINE CASINO bonus",
        "重要新闻。百家乐平台！警方提醒市民",
    ],
)
def test_promotion_is_found(text: str) -> None:
    assert promotion(text).sure


@pytest.mark.parametrize(
    "text",
    [
        "澳门航空开通福州至澳门航班",
        "中国福利彩票双色球第2026131期开奖公告",
        "体育彩票投注站征召公告",
        "警方提醒：网络百家乐、时时彩都是骗局",
        "我县侦破一起网络赌博案件",
        "男性健康：壮阳药不可乱用",
        "成人高考报名通知",
        "税务局代开发票服务指南",
        "补办毕业证明书的流程",
        "新石器时代考古发现",
        "政府网站群建设规范",
        "反洗钱宣传月活动启动",
        "县消防大队检查皇朝娱乐城消防设施",
        "金沙县网上办事大厅",
        "中华体会议通过决议",
        "book a time slot online",
        "Essex and Middlesex counties",
    ],
)
def test_honest_texts_are_silent(text: str) -> None:
    assert not promotion(text).sure


def test_the_pack_says_its_version_and_has_only_technical_classes() -> None:
    file = resources.files("fenghuo.see.screening.checks") / "dark_link" / "words.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    assert data["version"]
    assert isinstance(data["date"], date)
    assert {each["name"] for each in data["classes"]} == {
        "gambling",
        "porn",
        "drugs",
        "fake-documents",
        "private-servers",
        "loans",
        "link-trade",
    }
