"""demo: replays the attack day through the real intake over HTTP, as the units' servers would send it."""

import json
import logging
from zoneinfo import ZoneInfo

from fenghuo.base.common import clock, net
from fenghuo.base.common.settings import settings
from fenghuo.faces.workers.child import Child
from fenghuo.faces.workers.demo_day import dated, day

log = logging.getLogger(__name__)
_TIMEOUT_S = 5.0


def run(child: Child) -> int:
    """Send until told to stop."""
    child.ready()
    tokens: dict[str, str] = json.loads((child.data / "demo.json").read_text(encoding="utf-8"))["tokens"]
    run_file = child.data / "run.json"
    while not run_file.exists():
        if child.stop.wait(0.1):
            return 0
    address = json.loads(run_file.read_text(encoding="utf-8"))["urls"]["ingest"] + "ingest"
    zone = ZoneInfo(settings().time_zone)
    units = sorted({name.partition("/")[0] for name in tokens})
    for pause, lines in day(units):
        if child.stop.wait(pause):
            break
        now = clock.now().astimezone(zone)
        for key in {(sent.unit, sent.kind) for sent in lines}:
            body = "\n".join(dated(sent.line, now) for sent in lines if (sent.unit, sent.kind) == key)
            headers = {"Authorization": f"Bearer {tokens['/'.join(key)]}"}
            try:
                net.post(address, body.encode(), headers, _TIMEOUT_S)
            except OSError as error:
                log.warning("the demo could not send: %s", error)
    return 0
