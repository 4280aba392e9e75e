"""How alike two pages are: 64-bit simhashes of words and of structure, and whether a page says "there is nothing here"."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.facts import Page

_SHINGLE = 4
_NOTHING = re.compile(
    r"(?:\b404\b|not found|no such (?:page|file)|页面不存在|找不到(?:该|您|此)?.{0,6}(?:页|文件|网页)|页面走丢|无法找到|已删除|不存在或)",
    re.IGNORECASE,
)


def simhash(parts: Iterable[str]) -> int:
    """64-bit simhash (Charikar) of parts; 0 for none."""
    digests = b"".join(hashlib.blake2b(part.encode(), digest_size=8).digest() for part in parts)
    bits = np.unpackbits(np.frombuffer(digests, np.uint8)).reshape(-1, 64)
    return int.from_bytes(np.packbits(2 * bits.sum(axis=0, dtype=np.int64) > len(bits)).tobytes(), "big")


def distance(one: int, other: int) -> int:
    """How many of 64 bits differ."""
    return (one ^ other).bit_count()


@lru_cache(maxsize=256)
def text_hash(page: Page) -> int:
    """Simhash of the visible text in shingles of four characters; digits count alike, so that counters and dates change little."""
    text = re.sub(r"\d", "0", re.sub(r"\s+", "", document(page).visible_text if page.is_html else page.text[:200_000]))
    return simhash(text[i : i + _SHINGLE] for i in range(max(1, len(text) - _SHINGLE + 1)))


@lru_cache(maxsize=256)
def skeleton_hash(page: Page) -> int:
    """Simhash of the structure: each element with its parent's and grandparent's names."""
    body = document(page).tree.body
    if body is None:
        return 0
    paths = []
    for node in body.traverse():
        above = node.parent
        further = above.parent if above is not None else None
        paths.append(
            f"{further.tag if further is not None else ''}>{above.tag if above is not None else ''}>{node.tag}"
        )
    return simhash(paths)


def alike(one: Page, other: Page, bits: int = 8) -> bool:
    """Whether two pages say the same: their texts differ in at most so many of 64 bits, and in length by less than a third."""
    long, short = max(len(one.body), len(other.body)), min(len(one.body), len(other.body))
    if one.body == other.body:
        return True
    return short * 3 >= long * 2 and distance(text_hash(one), text_hash(other)) <= bits


def _as_far(whole: Page, page: Page) -> Page:
    """As much of a page as came of another: paths are asked for in part, the answer to a random path comes whole."""
    return replace(whole, body=whole.body[: len(page.body)]) if page.cut else whole


def is_nothing(page: Page, missing: Page) -> bool:
    """Whether a page only says that there is nothing: by its status, like the answer to a made-up path, or in words.

    Args:
        missing: the site's answer to a random path.
    """
    if not 200 <= page.status < 300:
        return True
    if 200 <= missing.status < 300 and alike(page, _as_far(missing, page)):
        return True
    return page.is_html and bool(_NOTHING.search(document(page).title))
