"""What became of SMS sent over Alibaba Cloud: QuerySendDetails, one question a message."""

from collections.abc import Mapping, Sequence
from datetime import timedelta, timezone
from typing import Any

from fenghuo.warn.channels.message import MayHaveGone, NotSent
from fenghuo.warn.channels.phones import national
from fenghuo.warn.channels.reports import Awaited, Report
from fenghuo.warn.channels.sms_alibaba.api import call

_MOST = 20
_CHINA = timezone(timedelta(hours=8))
_ARRIVED = {"2": False, "3": True}
"""SendStatus: 1 is still on its way."""


def receive(config: Mapping[str, str], awaited: Sequence[Awaited]) -> list[Report]:
    """What the provider knows of the newest awaited messages.

    Raises:
        NotSent: the provider was not reached or refused. net.Refused: the address may not be contacted.
    """
    reports = []
    for one in sorted((one for one in awaited if not one.told), key=lambda a: a.sent_at, reverse=True)[:_MOST]:
        day = one.sent_at.astimezone(_CHINA).strftime("%Y%m%d")
        asked = {"PhoneNumber": national(one.recipient), "BizId": one.receipt, "SendDate": day}
        try:
            answer = call(config, "QuerySendDetails", {**asked, "PageSize": "1", "CurrentPage": "1"})
        except MayHaveGone as error:
            raise NotSent(str(error)) from error
        details: dict[str, Any] = next(iter((answer.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []), {})
        arrived = _ARRIVED.get(str(details.get("SendStatus", "")))
        if arrived is not None:
            reports.append(Report(one.receipt, arrived, str(details.get("ErrCode", ""))[:200]))
    return reports
