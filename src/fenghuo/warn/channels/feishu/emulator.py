"""A Feishu robot: checks the signature in the body (an hour's difference at most) and shows a post as its reader sees it."""

from typing import Any

from fenghuo.warn.channels.emulating import SECRET, Answered, Asked, HttpEmulator, Taken, base64_of, hmac_sha256

_PATH = "/open-apis/bot/v2/hook/5f1d"
_HOUR_S = 3600
_MOST_BYTES = 20 * 1024
_BUSY = 11232


class Emulator(HttpEmulator):
    """It says no by a code: in a 400 when asked too often, else in a 200.

    Attributes:
        checks_signature: off for a robot whose safety setting is another.
    """

    checks_signature = True

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {"url": f"http://{host}:{port}{_PATH}", "secret": SECRET}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {**self.settings(host, port), "secret": "another"}

    def answer(self, asked: Asked, now: float) -> Answered:
        """See `HttpEmulator`."""
        code, words = self._judge(asked, now)
        if code:
            self.refused.append(words)
        return Answered(400 if code == _BUSY else 200, {"code": code, "msg": words, "data": {}})

    def _judge(self, asked: Asked, now: float) -> tuple[int, str]:
        body = asked.json()
        if asked.path.rstrip("/") != _PATH:
            return 19001, "param invalid: incoming webhook access token invalid"
        if self.checks_signature and not _holds(body, now):
            return 19021, "sign match fail or timestamp is not within one hour from current time"
        if self.busy:
            return _BUSY, "frequency limited psm[lark.oapi.app_platform_runtime]"
        seen = _seen(body)
        if len(asked.body) > _MOST_BYTES or not seen.strip():
            return 9499, "Bad Request"
        self.taken.append(Taken("", seen))
        return 0, "success"


def _holds(body: dict[str, Any], now: float) -> bool:
    stamp = str(body.get("timestamp", ""))
    expected = base64_of(hmac_sha256(f"{stamp}\n{SECRET}".encode(), b""))
    return stamp.isdigit() and abs(int(stamp) - now) <= _HOUR_S and body.get("sign") == expected


def _seen(body: dict[str, Any]) -> str:
    """What a reader sees; a tag other than text, and a tag inside a plain text message, shows as «tag»."""
    content = body.get("content") or {}
    if body.get("msg_type") == "text":
        return str(content.get("text", "")).replace("<at ", "«at» ")
    post: dict[str, Any] = next(iter((content.get("post") or {}).values()), {})
    lines = [
        "".join(part["text"] if part.get("tag") == "text" else f"«{part.get('tag')}»" for part in line)
        for line in post.get("content", [])
    ]
    return "\n".join([str(post.get("title", "")), "", *lines])
