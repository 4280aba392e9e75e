"""What vendors' SDKs and independent libraries do with our emulators and our mails; it runs in the oracle's environment.

Input: one JSON object {"what", "host", "port", "settings", "recipient", "text", …}. Output: JSON {"taken": bool, "said": …}.
"""

import base64
import json
import sys
import time
from datetime import datetime, timedelta, timezone
from typing import Any


def alibaba(asked: dict[str, Any]) -> tuple[bool, str]:
    from alibabacloud_dysmsapi20170525.client import Client
    from alibabacloud_dysmsapi20170525.models import QuerySendDetailsRequest, SendSmsRequest
    from alibabacloud_tea_openapi.exceptions import ClientException
    from alibabacloud_tea_openapi.utils_models import Config

    given = asked["settings"]
    config = Config(access_key_id=given["key_id"], access_key_secret=given["key_secret"], protocol="http")
    config.endpoint = f"{asked['host']}:{asked['port']}"
    request = SendSmsRequest(
        phone_numbers=asked["recipient"].removeprefix("+86"),
        sign_name=given["signature"],
        template_code=given["template"],
        template_param=json.dumps({"title": asked["text"], "b": "a b*~+/😀"}, ensure_ascii=False),
        out_id="out 1",
    )
    try:
        body = Client(config).send_sms(request).body
    except ClientException as error:
        return False, f"{type(error).__name__}: {error}"
    if body.code != "OK":
        return False, str(body.code)
    question = QuerySendDetailsRequest(
        phone_number=request.phone_numbers,
        biz_id=body.biz_id,
        send_date=datetime.now(timezone(timedelta(hours=8))).strftime("%Y%m%d"),
        page_size=1,
        current_page=1,
    )
    (details,) = Client(config).query_send_details(question).body.sms_send_detail_dtos.sms_send_detail_dto
    return True, {3: "arrived", 2: "failed"}[details.send_status]


def tencent(asked: dict[str, Any]) -> tuple[bool, str]:
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.sms.v20210111.models import (
        PullSmsReplyStatusByPhoneNumberRequest,
        PullSmsSendStatusByPhoneNumberRequest,
        SendSmsRequest,
    )
    from tencentcloud.sms.v20210111.sms_client import SmsClient

    given = asked["settings"]
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=f"{asked['host']}:{asked['port']}"))
    client = SmsClient(Credential(given["key_id"], given["key_secret"]), "ap-guangzhou", profile)
    request = SendSmsRequest()
    request.PhoneNumberSet, request.SmsSdkAppId = [asked["recipient"]], given["app_id"]
    request.SignName, request.TemplateId = given["signature"], given["template"]
    request.TemplateParamSet = [asked["text"]]
    try:
        (status,) = client.SendSms(request).SendStatusSet
    except TencentCloudSDKException as error:
        return False, str(error.code)
    if status.Code != "Ok":
        return False, status.Code
    question = PullSmsSendStatusByPhoneNumberRequest()
    question.BeginTime, question.Offset, question.Limit = int(time.time()) - 60, 0, 100
    question.PhoneNumber, question.SmsSdkAppId = asked["recipient"], given["app_id"]
    (report,) = client.PullSmsSendStatusByPhoneNumber(question).PullSmsSendStatusSet
    assert report.SerialNo == status.SerialNo
    answers = PullSmsReplyStatusByPhoneNumberRequest()
    answers._deserialize(question._serialize())
    (reply,) = client.PullSmsReplyStatusByPhoneNumber(answers).PullSmsReplyStatusSet
    assert reply.ReplyContent == "123456"
    assert abs(reply.ReplyTime - time.time()) < 60
    return True, {"SUCCESS": "arrived", "FAIL": "failed"}[report.ReportStatus]


def dingtalk(asked: dict[str, Any]) -> tuple[bool, str]:
    from dingtalkchatbot.chatbot import DingtalkChatbot

    answer = DingtalkChatbot(asked["settings"]["url"], secret=asked["settings"]["secret"]).send_text(asked["text"])
    return answer["errcode"] == 0, str(answer)


def apprise(asked: dict[str, Any]) -> tuple[bool, str]:
    """Its senders have fixed addresses: they are pointed at ours."""
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.wecombot import NotifyWeComBot

    url = asked["settings"]["url"]
    if asked["what"] == "wecom":
        NotifyWeComBot.notify_url = url.partition("key=")[0] + "key={key}"
        made = NotifyWeComBot(key=url.partition("key=")[2])
    else:
        NotifyFeishu.notify_url = url.rpartition("/")[0] + "/{token}/"
        made = NotifyFeishu(token=url.rpartition("/")[2])
    return bool(made.send(body=asked["text"], title="t")), ""


def smpp(asked: dict[str, Any]) -> tuple[bool, str]:
    from smpplib import client, consts, exceptions, gsm

    given, numbers = asked["settings"], []
    made = client.Client(asked["host"], asked["port"], allow_unknown_opt_params=True)
    made.set_message_sent_handler(lambda pdu: numbers.append(pdu.message_id.decode()))
    made.connect()
    try:
        made.bind_transceiver(system_id=given["system_id"], password=given["password"])
    except exceptions.PDUError as error:
        made.disconnect()
        return False, str(error)
    parts, coding, kind = gsm.make_parts(asked["text"])
    for part in parts:
        made.send_message(
            source_addr_ton=consts.SMPP_TON_UNK,
            source_addr="10690001",
            dest_addr_ton=consts.SMPP_TON_INTL,
            dest_addr_npi=consts.SMPP_NPI_ISDN,
            destination_addr=asked["recipient"].removeprefix("+"),
            short_message=part,
            data_coding=coding,
            esm_class=kind,
            registered_delivery=True,
        )
        made.read_once()
    made.unbind()
    made.disconnect()
    told: list[bytes] = []
    made = client.Client(asked["host"], asked["port"], allow_unknown_opt_params=True)
    made.set_message_received_handler(lambda pdu: told.append(pdu.short_message))
    made.connect()
    made.bind_receiver(system_id=given["system_id"], password=given["password"])
    for _number in numbers:
        made.read_once()
    made.unbind()
    made.disconnect()
    states = {text.partition(b"stat:")[2][:7].decode() for text in told}
    return len(numbers) == len(parts) == len(told), {"DELIVRD": "arrived", "UNDELIV": "failed"}[states.pop()]


def email(asked: dict[str, Any]) -> tuple[bool, str]:
    """A mail signed by dkimpy, handed over by Python's own client."""
    import smtplib

    import dkim

    given = asked["settings"]
    head = f"From: {given['sender']}\r\nTo: {asked['recipient']}\r\nSubject: =?utf-8?b?5Y6/?=\r\nMIME-Version: 1.0\r\n"
    head += "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    mail = f"{head}\r\na  b \r\n\r\n{asked['text']}\r\n\r\n"
    signature = dkim.sign(
        mail.encode(),
        b"fh",
        given["dkim_domain"].encode(),
        asked["key"].encode(),
        canonicalize=(b"relaxed", b"relaxed"),
    )
    with smtplib.SMTP(asked["host"], asked["port"], timeout=10) as server:
        try:
            server.login(given["user"], given["password"])
            server.sendmail(given["sender"], [asked["recipient"]], signature + mail.encode())
        except smtplib.SMTPException as error:
            return False, str(error)
    return True, ""


def verify(asked: dict[str, Any]) -> tuple[bool, str]:
    """Whether dkimpy finds that our signature holds."""
    import dkim

    raw = base64.b64decode(asked["mail"])
    try:
        return bool(dkim.verify(raw, dnsfunc=lambda name, timeout=5: asked["record"].encode())), ""
    except dkim.DKIMException as error:
        return False, str(error)


WAYS = {
    "sms_alibaba": alibaba,
    "sms_tencent": tencent,
    "dingtalk": dingtalk,
    "wecom": apprise,
    "feishu": apprise,
    "sms_smpp": smpp,
    "email": email,
    "verify": verify,
}

if __name__ == "__main__":
    question = json.load(sys.stdin)
    taken, said = WAYS[question["what"]](question)
    print(json.dumps({"taken": taken, "said": said}, ensure_ascii=False))
