"""Rows stored at once are what they would be one by one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from fenghuo.base.common import clock
from fenghuo.base.common.rows import insert
from fenghuo.warn.channels.models import Call, Telling

pytestmark = pytest.mark.django_db


def telling(number: int, **values: object) -> Telling:
    made = {
        "matter": "warning:1",
        "occasion": "raised",
        "rank": 1,
        "at": clock.now(),
        "asked": [{"who": "张三", "n": [1, None]}],
    }
    return Telling(id=str(number), **{**made, **values})


def test_every_sort_of_value_comes_back_as_it_was() -> None:
    now = clock.now()
    rows = [telling(1), telling(2, left_out=[], at=now - timedelta(days=400))]
    call = {
        "who": "p",
        "name": "",
        "matter": "m",
        "rank": 2,
        "title": "t",
        "reason": "failed",
        "made_at": now,
        "due_at": now,
    }
    calls = [Call(id="a", **call, exercise=True), Call(id="b", **call, open_since=now)]
    insert(rows)
    insert(calls)
    insert([])
    for row in (*rows, *calls):
        stored = type(row).objects.get(pk=row.pk)
        for field in row._meta.concrete_fields:
            assert getattr(stored, field.attname) == getattr(row, field.attname), field.name


def test_what_stands_is_left_out_only_if_that_is_meant() -> None:
    insert([telling(1)])
    insert([telling(1, rank=4), telling(2)], skip_known=True)
    assert dict(Telling.objects.values_list("id", "rank")) == {"1": 1, "2": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([telling(3), telling(2)])
    assert Telling.objects.count() == 2
