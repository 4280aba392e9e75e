"""SMS over Tencent Cloud: SendSms."""

from collections.abc import Mapping

from fenghuo.base.common.i18n import _
from fenghuo.warn.channels.message import MayHaveGone, Outgoing, Sent
from fenghuo.warn.channels.posting import host
from fenghuo.warn.channels.sms_tencent.api import call, refusal
from fenghuo.warn.channels.templates import ordered, value


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one SMS to the provider; its `SerialNo` is the receipt.

    Raises:
        NotSent: it certainly did not go. MayHaveGone: nobody knows. net.Refused: the address may not be contacted.
    """
    longest = int(config.get("longest") or 35)
    payload = {
        "PhoneNumberSet": [out.recipient],
        "SmsSdkAppId": config["app_id"],
        "SignName": config["signature"],
        "TemplateId": config["template"],
        "TemplateParamSet": [value(name, out, longest) for name in ordered(config.get("variables", ""))],
        "SessionContext": out.delivery_id,
    }
    found = call(config, "SendSms", payload).get("SendStatusSet") or []
    if not found or not found[0].get("Code"):
        raise MayHaveGone(_("{host}: its answer says neither yes nor no.").format(host=host(config["url"])))
    if found[0]["Code"] != "Ok":
        raise refusal(config, found[0])
    return Sent(f"{host(config['url'])}: Ok", str(found[0].get("SerialNo", ""))[:200])
