"""Signatures against published examples and values that independent libraries agree on."""

import hashlib

import pytest

from fenghuo.warn.channels.dingtalk.send import signature as dingtalk
from fenghuo.warn.channels.feishu.send import signature as feishu
from fenghuo.warn.channels.sms_alibaba import signing as alibaba
from fenghuo.warn.channels.sms_tencent import signing as tencent


def test_dingtalk() -> None:
    assert dingtalk("SECtest", 1_700_000_000_000) == "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g="


def test_feishu() -> None:
    assert feishu("test", 1_700_000_000) == "eSJQnOl8XqPTMPHWz9e5IzeHS/tqoc68g2967ekIPmg="


def test_the_example_of_alibabas_documentation() -> None:
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    made = alibaba.authorization(
        "YourAccessKeyId", "YourAccessKeySecret", "POST", "/", alibaba.query_of(query), headers
    )
    assert made.endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_the_example_of_tencents_documentation() -> None:
    headers = {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    account = ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******", "Gu5t9xGARNpq86cd98joQYCN3*******")
    made = tencent.authorization(*account, "cvm", 1_551_113_065, "/", headers, body)
    assert made.endswith("Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c")


@pytest.mark.parametrize("value", ["a b", "v=a b*c~d/e", "县医院【红】", "+8613800138000", "😀"])
def test_a_query_is_quoted_as_it_is_signed(value: str) -> None:
    from urllib.parse import unquote

    query = alibaba.query_of({"x": value})
    assert "+" not in query
    assert "*" not in query
    assert unquote(query.partition("=")[2]) == value
