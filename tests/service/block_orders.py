"""What two persons do to one block order, in a process of its own beside a running platform.

    python -m tests.service.block_orders DATA SECONDS

Prints the token of a device and the order's id; approves at the first line of input, and tells when; tells the state at the second.
"""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path


class Office:
    """Who may see every warning."""

    def unit_scope(self) -> None:
        return None


def main(data: Path, seconds: float) -> None:
    from fenghuo.base.common.django_setup import setup

    setup(data)
    from fenghuo.base.audit import Actor
    from fenghuo.base.common import clock
    from fenghuo.respond.blocks import actions
    from fenghuo.respond.blocks.guard import Refused, Wanted
    from fenghuo.respond.blocks.models import Block
    from fenghuo.respond.blocks.proofs import of_warning
    from fenghuo.share.blocklists.actions import add_consumer
    from fenghuo.warn.early_warnings.models import EarlyWarning

    first, second = Actor("1", "张伟"), Actor("2", "王主任")
    _, token = add_consumer(first, "edge", every_s=5)
    end = time.monotonic() + 60
    while not EarlyWarning.objects.exists() and time.monotonic() < end:
        time.sleep(0.1)
    evidence = [of_warning(Office(), EarlyWarning.objects.earliest("created_at").id)]
    until = clock.now() + timedelta(seconds=seconds)
    refused = []
    for reason, proofs in (("attack-source", []), ("opinion", evidence)):
        try:
            actions.order(first, Wanted("45.9.148.71", reason, until), "jndi", proofs)
        except Refused as error:
            refused.append(error.code)
    order = actions.order(first, Wanted("45.9.148.71", "attack-source", until), "jndi", evidence)
    print(json.dumps({"token": token, "id": order.id, "until": until.timestamp(), "refused": refused}), flush=True)
    sys.stdin.readline()
    actions.approve(second, order.id)
    print(json.dumps({"approved": time.time()}), flush=True)
    sys.stdin.readline()
    print(json.dumps({"state": Block.objects.get().state}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
