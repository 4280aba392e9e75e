"""What vendors' SDKs and independent libraries do with what our emulators call us with, and with our answers; it runs in the oracle's
environment.

Input: one JSON object {"what", "settings", "headers", "query", "body", "answer"}. Output: JSON {"taken": bool, "said": …, "shown": …}.
"""

import json
import sys
from typing import Any


def feishu(asked: dict[str, Any]) -> tuple[bool, str, str]:
    from lark_oapi.core.model import RawRequest
    from lark_oapi.event.dispatcher_handler import EventDispatcherHandler

    given, heard = asked["settings"], []
    builder = EventDispatcherHandler.builder(given["encrypt_key"], given["verification_token"])
    builder.register_p2_im_message_receive_v1(lambda event: heard.append(event.event.message.content))
    request = RawRequest()
    request.uri, request.body = "/", asked["body"].encode()
    names = ("X-Lark-Request-Timestamp", "X-Lark-Request-Nonce", "X-Lark-Signature")
    request.headers = {name: asked["headers"].get(name.lower(), "") for name in names}
    answer = builder.build().do(request)
    if answer.status_code != 200:
        return False, answer.content.decode(), ""
    return True, json.loads(heard[0])["text"] if heard else json.loads(answer.content)["challenge"], ""


def wecom(asked: dict[str, Any]) -> tuple[bool, str, str]:
    from wechatpy.enterprise import parse_message
    from wechatpy.enterprise.crypto import WeChatCrypto
    from wechatpy.exceptions import InvalidSignatureException

    given, query = asked["settings"], asked["query"]
    tool = WeChatCrypto(given["app_token"], given["aes_key"], given["corp_id"])
    signed = (query["msg_signature"], query["timestamp"], query["nonce"])
    try:
        if "echostr" in query:
            said = tool.check_signature(*signed, query["echostr"])
            return True, said.decode() if isinstance(said, bytes) else said, ""
        said = parse_message(tool.decrypt_message(asked["body"], *signed)).content
    except InvalidSignatureException as error:
        return False, str(error), ""
    if not asked["answer"]:
        return True, said, ""
    import xmltodict

    outer = xmltodict.parse(asked["answer"])["xml"]
    inner = tool.decrypt_message(asked["answer"], outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
    return True, said, xmltodict.parse(inner)["xml"]["Content"]


if __name__ == "__main__":
    question = json.load(sys.stdin)
    taken, said, shown = {"feishu": feishu, "wecom": wecom}[question["what"]](question)
    print(json.dumps({"taken": taken, "said": said, "shown": shown}, ensure_ascii=False))
