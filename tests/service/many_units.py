"""The office of `journey_world` with as many units as a county has at most; a program, since a test has tables of its own.

python -m tests.service.many_units DATA seed PORT | chosen
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.service.journey_world import seed

KINDS = {"department": "局", "township": "镇", "school": "学校", "hospital": "医院", "enterprise": "公司"}


def many(port: str) -> None:
    """200 units of five kinds, the four of the journeys among them."""
    from fenghuo.base.common import clock
    from fenghuo.base.units.models import Unit

    seed(port)
    kinds = list(KINDS)
    Unit.objects.bulk_create(
        Unit(
            code=f"{kinds[n % 5]}-{n}",
            name=f"云岭县第{n}{KINDS[kinds[n % 5]]}",
            kind=kinds[n % 5],
            created_at=clock.now(),
        )
        for n in range(1, 197)
    )


def chosen() -> list[list[str]]:
    """The codes of the units of each warning, oldest first."""
    from fenghuo.warn.early_warnings.models import BulletinVersion

    versions = BulletinVersion.objects.order_by("pk")
    return [list(one.units.order_by("code").values_list("code", flat=True)) for one in versions]


def main() -> None:
    from fenghuo.base.common.django_setup import setup

    data, verb, *arguments = sys.argv[1:]
    setup(Path(data))
    verbs: dict[str, Callable[..., object]] = {"seed": many, "chosen": chosen}
    print(json.dumps(verbs[verb](*arguments)))


if __name__ == "__main__":
    main()
