"""Bodies of shippers become items, or are refused with the place."""

import pytest

from fenghuo.faces.intake.formats import BadBody, bulk, hec, lines, otlp


def test_lines_and_arrays() -> None:
    assert [i.raw for i in lines(b"a\r\n\n  \nb")] == [b"a", b"b"]
    assert [i.raw for i in lines(b'[{"a":1}, "x"]')] == [b'{"a":1}', b'"x"']
    assert [i.raw for i in lines(b"[error] a line that begins with a bracket")] == [
        b"[error] a line that begins with a bracket"
    ]


def test_bulk_answers_each_action_in_order() -> None:
    body = b'{"index":{"_index":"a","_id":"7"}}\n{"x":1}\n{"delete":{"_id":"3"}}\n{"create":{}}\n{"y":2}\n{"update":{"_id":"1"}}\n{}\n'
    found = bulk(body, "logs")
    assert [(i.raw, i.record_id) for i in found.items] == [(b'{"x":1}', "a/7"), (b'{"y":2}', "")]
    answer = found.body()
    assert answer["errors"] is True
    assert [next(iter(a.values()))["status"] for a in answer["items"]] == [201, 400, 201, 400]


@pytest.mark.parametrize("body", [b"no json\n{}\n", b'{"index":{}}\n', b"[1]\n{}\n", b'{"a":1,"b":2}\n{}\n'])
def test_bulk_refuses_with_the_line(body: bytes) -> None:
    with pytest.raises(BadBody, match="line 1"):
        bulk(body, "logs")


def test_hec_takes_objects_one_after_the_other() -> None:
    assert [i.raw for i in hec(b'{"event":"a"}{"event":{"b":1}}\n {"event":"c"}')] == [b"a", b'{"b":1}', b"c"]
    for body in (b'{"event":"a"} x', b'{"event":""}', b'{"x":1}', b"\xff"):
        with pytest.raises(BadBody):
            hec(body)


def test_otlp_json() -> None:
    record = b'{"body":{"stringValue":"line"},"attributes":[{"key":"k","value":{"intValue":"5"}}]}'
    body = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[' + record + b"]}]}]}"
    assert [i.raw for i in otlp(body, is_json=True, whole=False)] == [b"line"]
    assert b'"k":5' in otlp(body, is_json=True, whole=True)[0].raw
    for bad in (b"{", b'{"resourceLogs":5}'):
        with pytest.raises(BadBody):
            otlp(bad, is_json=True, whole=False)
    with pytest.raises(BadBody):
        otlp(b"\xff\xff\xff", is_json=False, whole=False)
