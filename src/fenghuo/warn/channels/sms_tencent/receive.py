"""What became of SMS sent over Tencent Cloud, and what people answered: PullSmsSendStatusByPhoneNumber and
PullSmsReplyStatusByPhoneNumber, which the provider opens for an account on request.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from fenghuo.base.common import clock
from fenghuo.warn.channels.message import MayHaveGone, NotSent
from fenghuo.warn.channels.reports import Awaited, Report, known, replied
from fenghuo.warn.channels.sms_tencent.api import call

_MOST = 20
_SENDING_S = 60  # the provider counts from when it took the message, which is earlier than when we knew of it
_ARRIVED = {"SUCCESS": True, "FAIL": False}


def receive(config: Mapping[str, str], awaited: Sequence[Awaited]) -> list[Report]:
    """What the provider knows of messages to the newest awaited numbers.

    Raises:
        NotSent: the provider was not reached or refused. net.Refused: the address may not be contacted.
    """
    newest = sorted(awaited, key=lambda a: a.sent_at, reverse=True)
    reports: list[Report] = []
    for number in list(dict.fromkeys(one.recipient for one in newest))[:_MOST]:
        begin = min(one.sent_at for one in newest if one.recipient == number)
        times = {"BeginTime": int(begin.timestamp()) - _SENDING_S, "EndTime": int(clock.now().timestamp()) + 1}
        asked = {"PhoneNumber": number, "SmsSdkAppId": config["app_id"], "Offset": 0, "Limit": 100, **times}
        try:
            sent = call(config, "PullSmsSendStatusByPhoneNumber", asked)
            answered = call(config, "PullSmsReplyStatusByPhoneNumber", asked)
        except MayHaveGone as error:
            raise NotSent(str(error)) from error
        for found in sent.get("PullSmsSendStatusSet") or []:
            arrived = _ARRIVED.get(str(found.get("ReportStatus", "")))
            if arrived is not None:
                reports.append(Report(str(found.get("SerialNo", "")), arrived, str(found.get("Description", ""))[:200]))
        for found in answered.get("PullSmsReplyStatusSet") or []:
            at = datetime.fromtimestamp(int(found.get("ReplyTime") or 0), UTC)
            reports += replied(number, str(found.get("ReplyContent", "")), awaited, at)
    return known(reports, awaited)
