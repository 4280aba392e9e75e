"""Delivery receipts and answers of people over SMPP: a message centre keeps both until somebody binds as their receiver."""

from collections.abc import Mapping, Sequence

from fenghuo.warn.channels.reports import Awaited, Report, known, replied
from fenghuo.warn.channels.sms_smpp import pdu
from fenghuo.warn.channels.sms_smpp.talk import talking

_MOST = 500
_QUIET_S = 2.0
_ARRIVED = {"DELIVRD": True, "EXPIRED": False, "DELETED": False, "UNDELIV": False, "REJECTD": False}
"""States that end it; the others leave it open."""


def receive(config: Mapping[str, str], awaited: Sequence[Awaited]) -> list[Report]:
    """What the message centre kept for us. It is taken off there by this, so that one asks only where something is awaited.

    Raises:
        NotSent: the message centre was not reached or refused. net.Refused: the address may not be contacted.
    """
    if not awaited:
        return []
    reports: list[Report] = []
    with talking(config, pdu.BIND_RECEIVER) as talk:
        for unit in talk.messages(_MOST, _QUIET_S):
            found = pdu.receipt_of(unit.body)
            if found is not None and found[1] in _ARRIVED:
                reports.append(Report(found[0], _ARRIVED[found[1]], found[1]))
            elif (reply := pdu.reply_of(unit.body)) is not None:
                reports += replied(*reply, awaited)
        talk.leave()
    return known(reports, awaited)
