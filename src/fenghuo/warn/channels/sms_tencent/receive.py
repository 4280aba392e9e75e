"""What became of SMS sent over Tencent Cloud: PullSmsSendStatusByPhoneNumber, which the provider opens for an account on request."""

from collections.abc import Mapping, Sequence

from fenghuo.base.common import clock
from fenghuo.warn.channels.message import MayHaveGone, NotSent
from fenghuo.warn.channels.reports import Awaited, Report, known
from fenghuo.warn.channels.sms_tencent.api import call

_MOST = 20
_ARRIVED = {"SUCCESS": True, "FAIL": False}


def receive(config: Mapping[str, str], awaited: Sequence[Awaited]) -> list[Report]:
    """What the provider knows of messages to the newest awaited numbers.

    Raises:
        NotSent: the provider was not reached or refused. net.Refused: the address may not be contacted.
    """
    newest = sorted(awaited, key=lambda a: a.sent_at, reverse=True)
    reports = []
    for number in list(dict.fromkeys(one.recipient for one in newest))[:_MOST]:
        begin = min(one.sent_at for one in newest if one.recipient == number)
        times = {"BeginTime": int(begin.timestamp()) - 1, "EndTime": int(clock.now().timestamp()) + 1}
        asked = {"PhoneNumber": number, "SmsSdkAppId": config["app_id"], "Offset": 0, "Limit": 100, **times}
        try:
            answer = call(config, "PullSmsSendStatusByPhoneNumber", asked)
        except MayHaveGone as error:
            raise NotSent(str(error)) from error
        for found in answer.get("PullSmsSendStatusSet") or []:
            arrived = _ARRIVED.get(str(found.get("ReportStatus", "")))
            if arrived is not None:
                reports.append(Report(str(found.get("SerialNo", "")), arrived, str(found.get("Description", ""))[:200]))
    return known(reports, awaited)
