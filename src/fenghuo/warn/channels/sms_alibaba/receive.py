"""What became of SMS sent over Alibaba Cloud: QuerySendDetails, one question a message; and what people answered: SmsUp.

Alibaba signs no SmsUp. What proves it is the secret in the address that the office has entered there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from fenghuo.warn.channels.hearing import Body, Call, Heard, NotProven, Words, needs, same, short, text_at
from fenghuo.warn.channels.message import MayHaveGone, NotSent
from fenghuo.warn.channels.phones import national
from fenghuo.warn.channels.reports import Awaited, Report
from fenghuo.warn.channels.sms_alibaba.api import call

_MOST = 20
_MOST_WORDS = 100
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


def hear(config: Mapping[str, str], call: Call, now: datetime) -> Heard:
    """What people answered.

    Raises:
        NotProven: another method, or not the secret of the address.
    """
    (secret,) = needs(config, "push_secret")
    if call.method != "POST":
        raise NotProven("method")
    if not same(call.query.get("key", ""), secret):
        raise NotProven("key")
    told = call.json()
    if not isinstance(told, list):
        raise NotProven("no list")
    words = [_words(one, now) for one in told[:_MOST_WORDS]]
    return Heard(tuple(one for one in words if one is not None), _taken)


def _words(told: object, now: datetime) -> Words | None:
    number, sender = text_at(told, "sequence_id"), text_at(told, "phone_number")
    if not number or not sender:
        return None
    given = text_at(told, "send_time")
    try:
        at = datetime.strptime(given, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_CHINA)
    except ValueError:
        return None
    # A moment without a zone of its own, to the second: what lies after the call is taken as the moment of the call.
    return Words(number, (sender,), short(text_at(told, "content")), min(at + timedelta(seconds=1), now))


def _taken(_texts: Sequence[str]) -> Body:
    return Body(b'{"code": 0, "msg": "OK"}')
