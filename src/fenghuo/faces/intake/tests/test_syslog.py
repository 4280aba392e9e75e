"""Streams are cut into frames, however the bytes fall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenghuo.faces.intake.syslog import FrameError, Frames, host_of

MESSAGES = st.lists(
    st.binary(min_size=1, max_size=60).filter(lambda b: b.strip(b"\r\n\x00") == b and b"\n" not in b), max_size=8
)


def fed(stream: bytes, cuts: list[int], limit: int = 100) -> list[bytes]:
    frames = Frames(limit)
    found, start = [], 0
    for end in [*sorted(c % (len(stream) + 1) for c in cuts), len(stream)]:
        found += list(frames.feed(stream[start:end]))
        start = end
    rest = frames.rest()
    return [*found, rest] if rest else found


@given(MESSAGES, st.lists(st.integers(0, 500), max_size=6))
def test_octet_counted(messages: list[bytes], cuts: list[int]) -> None:
    assert fed(b"".join(b"%d %s" % (len(m), m) for m in messages), cuts) == messages


@given(MESSAGES.map(lambda ms: [b"<13>" + m for m in ms]), st.lists(st.integers(0, 500), max_size=6))
def test_lines(messages: list[bytes], cuts: list[int]) -> None:
    assert fed(b"".join(m + b"\n" for m in messages), cuts) == messages


def test_a_line_over_the_limit_is_cut_once_and_the_next_is_whole() -> None:
    frames = Frames(10)
    found = [f for part in (b"x" * 8, b"x" * 8, b"x" * 30, b"\nnext\n") for f in frames.feed(part)]
    assert found == [b"x" * 10, b"next"]
    assert frames.cut == 1


def test_a_count_over_the_limit_ends_the_connection() -> None:
    with pytest.raises(FrameError):
        list(Frames(10).feed(b"99999 x"))


@pytest.mark.parametrize(
    ("raw", "host"),
    [
        (b"<34>1 2026-11-24T14:03:21Z web1.example app - - - hi", "web1.example"),
        (b"<34>Nov 24 14:03:21 web2 sshd[1]: hi", "web2"),
        (b"<34>2026-11-24T14:03:21+08:00 web3 sshd[1]: hi", "web3"),
        (b"whatever", ""),
    ],
)
def test_host(raw: bytes, host: str) -> None:
    assert host_of(raw) == host
