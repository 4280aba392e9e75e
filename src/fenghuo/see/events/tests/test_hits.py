"""Where a match stands, in characters and in bytes, and how it is stored and told."""

import json

from fenghuo.see.events import Match, match_of, match_row, matches_to_json

FOUND = Match("selection", "cs-uri-query", "q=县政府🔥UNION", "*union*", (6, 11))


def test_the_byte_span_counts_utf_8() -> None:
    assert FOUND.value is not None
    assert FOUND.byte_span == (15, 20)
    assert FOUND.value.encode()[slice(*FOUND.byte_span)] == b"UNION"
    assert Match("s", "f", "union", "*", (0, 5)).byte_span == (0, 5)


def test_what_has_no_place_in_characters_has_none_in_bytes() -> None:
    assert Match("s", "f", "4624", "4624").byte_span is None
    assert Match("s", "f", None, "exists").byte_span is None


def test_half_of_a_pair_counts_too() -> None:
    assert Match("s", "f", "\ud83dx", "*x", (1, 2)).byte_span == (3, 4)


def test_it_is_stored_in_characters_and_told_in_both() -> None:
    (stored,) = json.loads(matches_to_json((FOUND,)))
    assert (stored["span"], "byte_span" in stored) == ([6, 11], False)
    assert match_of(stored) == FOUND
    assert match_row(FOUND) == {**stored, "span": (6, 11), "byte_span": (15, 20)}
