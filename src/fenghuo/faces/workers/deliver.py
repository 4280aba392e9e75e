"""deliver: outbox → channels; clocks → lateness, reminders and the ladder to the next person."""

import logging
import os
import time

from django.db import close_old_connections
from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.base.audit import actions as audit
from fenghuo.base.audit import heads
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.common import clock
from fenghuo.faces.workers.child import Child
from fenghuo.faces.workers.duty_rounds import duty_due
from fenghuo.faces.workers.lanes import Lanes
from fenghuo.faces.workers.vitals import Pulse, Watch
from fenghuo.report.performance import alarms as performance
from fenghuo.report.publication import alarms as publication
from fenghuo.report.training import remind as training
from fenghuo.respond.blocks import actions as blocks
from fenghuo.respond.incidents import alarms as incident_alarms
from fenghuo.respond.incidents import protection
from fenghuo.respond.inspections import remind as inspections
from fenghuo.respond.plans import remind as plans
from fenghuo.respond.tasks import remind as tasks
from fenghuo.warn.channels import actions as channels
from fenghuo.warn.channels.message import Message
from fenghuo.warn.early_warnings import actions as early_warnings
from fenghuo.warn.early_warnings import late as bulletins_late
from fenghuo.warn.notices import after as notices_after
from fenghuo.warn.notices import due as notices
from fenghuo.warn.notices import publishing
from fenghuo.warn.notices import review as notices_review

log = logging.getLogger(__name__)

_IDLE_S = 0.03
_CLOCKS_EVERY_S = 1.0
_SIGN_EVERY_S = 60.0
_TROUBLE_PAUSE_S = 1.0
_SETTLED_S = 60.0
_ASK_EVERY_S = 20.0
_WIPE_EVERY_S = 3600.0


_LOOKS = (
    (
        1,
        (
            early_warnings.escalate_due,
            protection.end_due,
            notices.track_due,
            notices.remind_due,
            notices.escalate_due,
            notices_review.recheck_due,
            notices_after.rechecks_due,
            notices_after.recurrences_due,
            publishing.archive_due,
        ),
    ),
    (5, (incident_alarms.alarms_due, duty_due, bulletins_late.alarms_due)),
    (
        30,
        (
            blocks.remind_objections,
            plans.remind_due,
            tasks.remind_due,
            inspections.remind_due,
            performance.alarms_due,
            publication.alarms_due,
            training.remind_due,
        ),
    ),
)
"""Every how many seconds which clocks are looked at: what people are called by, what is measured in minutes, what in days."""


def run(child: Child) -> int:
    """Deliver until told to stop."""
    child.ready()
    rounds = _Rounds(child)
    while not child.stop.is_set():
        try:
            rounds.step()
        except Exception:
            log.exception("a round of deliveries stopped short; what it had leased comes back when the lease ends")
            rounds.recover()
    if not rounds.end():
        log.warning("a channel hangs; its message comes back when the lease ends")
        os._exit(0)  # an ordinary end waits for every thread of a pool, one that hangs among them
    return 0


def send_head_of_the_day() -> None:
    """Let the newest signed head leave the machine once a day, so that who rewrites it all is found out elsewhere."""
    head = heads.read()[-1]
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            values = {"number": head.number, "digest": head.digest, "at": head.at, "signature": head.signature}
            text = (
                _("Row %(number)s, digest %(digest)s, at %(at)s.\nSignature: %(signature)s\nKeep this message.")
                % values
            )
            texts[language] = (_("Fenghuo: head of the audit trail"), text)
    day = clock.now().date().isoformat()
    emails = [person.email for person in with_role(Role.AUDIT_ADMIN)]
    if any(emails):
        channels.enqueue(Message("audit:head", f"head:{day}", 1, texts), emails, clock.now())


class _Rounds:
    """What is due when."""

    def __init__(self, child: Child) -> None:
        self._stop = child.stop
        self._lanes = Lanes(child.stop.is_set)
        self._watch = Watch()
        self._pulse = Pulse()
        self._next_clocks = 0.0
        self._round = 0
        self._next_sign = time.monotonic() + 10.0
        self._next_ask = 0.0
        self._next_wipe = 0.0

    def step(self) -> None:
        """Let every channel send what is due; look at clocks (`_LOOKS`); sign the audit trail's head each minute."""
        self._watch.look()
        self._lanes.step()
        moment = time.monotonic()
        if moment >= self._next_clocks:
            self._next_clocks = moment + _CLOCKS_EVERY_S
            self._pulse.step()
            self._look_after()
            clocks.mark_late(clock.now())
            for every, looks in _LOOKS:
                if self._round % every == 0:
                    for look in looks:
                        look()
            self._round += 1
        if moment >= self._next_sign:
            self._next_sign = moment + _SIGN_EVERY_S
            if audit.sign_head():
                send_head_of_the_day()
        self._stop.wait(_IDLE_S)

    def _look_after(self) -> None:
        """What becomes of messages with time. After a jump of the clock ages mean nothing: roads and calls wait for a while."""
        if self._watch.settled(_SETTLED_S):
            channels.ladder_due(clock.now())
        channels.digests_due(clock.now())
        channels.probe_due(clock.now())
        moment = time.monotonic()
        if moment >= self._next_ask:
            self._next_ask = moment + _ASK_EVERY_S
            self._lanes.ask()
        if moment >= self._next_wipe:
            self._next_wipe = moment + _WIPE_EVERY_S
            channels.wipe_old(clock.now())

    def recover(self) -> None:
        """Let a broken connection to the database go, and wait a moment."""

        close_old_connections()
        self._stop.wait(_TROUBLE_PAUSE_S)

    def end(self) -> bool:
        """Let the lanes finish what they hold; whether they have."""
        return self._lanes.end()
