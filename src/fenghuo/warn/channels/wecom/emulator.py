"""A WeCom robot: knows its key, takes texts of at most 2,048 bytes."""

from fenghuo.warn.channels.emulating import Answered, Asked, HttpEmulator, Taken

_KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
_MOST_BYTES = 2048


class Emulator(HttpEmulator):
    """It says no in a 200, as the real one does."""

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {"url": f"http://{host}:{port}/cgi-bin/webhook/send?key={_KEY}", "mention": "13800138000"}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {"url": f"http://{host}:{port}/cgi-bin/webhook/send?key=another"}

    def answer(self, asked: Asked, now: float) -> Answered:
        """See `HttpEmulator`."""
        code, words = self._judge(asked)
        if code:
            self.refused.append(words)
        return Answered(200, {"errcode": code, "errmsg": words})

    def _judge(self, asked: Asked) -> tuple[int, str]:
        if asked.path != "/cgi-bin/webhook/send" or asked.query.get("key") != _KEY:
            return 93000, "invalid webhook url"
        if self.busy:
            return 45009, "api freq out of limit"
        body = asked.json()
        content = (body.get("text") or {}).get("content") if body.get("msgtype") == "text" else None
        if not isinstance(content, str) or not content.strip():
            return 44004, "content empty"
        if len(content.encode()) > _MOST_BYTES:
            return 40058, "text.content exceed max length 2048"
        self.taken.append(Taken("", content))
        return 0, "ok"
