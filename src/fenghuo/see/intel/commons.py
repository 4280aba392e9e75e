"""What no list may name, as data: it would meet nearly every event and say nothing."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TWO_LABEL_SUFFIXES = frozenset(
    {"com", "net", "org", "gov", "edu", "ac", "co", "mil", "go", "or", "ne", "gob", "gouv", "govt", "nom", "ltd", "plc"}
    | {"sch", "biz", "info"}
)
"""Second labels below two-letter top-level domains under which everybody registers names (com.cn, co.uk …)."""

CHINA_PROVINCES = _words(
    "bj sh tj cq he sx nm ln jl hl js zj ah fj jx sd ha hb hn gd gx hi sc gz yn xz sn gs qh nx xj tw hk mo"
)
"""Second labels of .cn for provinces (CNNIC)."""

COMMON_DOMAINS = _words(
    """
    gov.cn edu.cn baidu.com qq.com weixin.qq.com aliyun.com aliyuncs.com taobao.com 163.com 126.com sina.com.cn weibo.com
    360.cn 360.com sogou.com jd.com huawei.com tencent.com bilibili.com xinhuanet.com people.com.cn cctv.com 12306.cn
    microsoft.com windows.com windowsupdate.com office.com live.com bing.com google.com googleapis.com gstatic.com
    github.com githubusercontent.com cloudflare.com amazonaws.com apple.com icloud.com mozilla.org debian.org ubuntu.com
    digicert.com letsencrypt.org globalsign.com w3.org example.com
    """
)
"""Whole domains that half the world uses; a name below one of them may be an indicator."""

COMMON_ADDRESSES = _words(
    """
    8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 114.114.114.114 114.114.115.115 223.5.5.5 223.6.6.6 119.29.29.29 180.76.76.76
    101.226.4.6 218.30.118.6 2400:3200::1 2400:3200:baba::1 2001:4860:4860::8888 2001:4860:4860::8844
    2606:4700:4700::1111 2606:4700:4700::1001
    """
)
"""Public resolvers."""

NARROWEST = {4: 16, 6: 32}
"""Shortest prefix that a network may have, by version of IP: anything wider names providers, not attackers."""

COMMON_HASHES = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)
"""Digests of the empty file."""
