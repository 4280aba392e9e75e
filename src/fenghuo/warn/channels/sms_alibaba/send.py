"""SMS over Alibaba Cloud: SendSms."""

import json
from collections.abc import Mapping

from fenghuo.warn.channels.message import Outgoing, Sent
from fenghuo.warn.channels.phones import national
from fenghuo.warn.channels.posting import host
from fenghuo.warn.channels.sms_alibaba.api import call
from fenghuo.warn.channels.templates import named, value


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one SMS to the provider; its `BizId` is the receipt.

    Raises:
        NotSent: it certainly did not go. MayHaveGone: nobody knows. net.Refused: the address may not be contacted.
    """
    longest = int(config.get("longest") or 35)
    variables = {name: value(what, out, longest) for name, what in named(config["variables"]).items()}
    values = {
        "PhoneNumbers": national(out.recipient),
        "SignName": config["signature"],
        "TemplateCode": config["template"],
        "TemplateParam": json.dumps(variables, ensure_ascii=False),
        "OutId": out.delivery_id,
    }
    answer = call(config, "SendSms", values)
    return Sent(f"{host(config['url'])}: OK", str(answer.get("BizId", ""))[:200])
