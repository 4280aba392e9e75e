"""A voice gateway: checks the signature and the number, and takes what can be read out."""

from fenghuo.warn.channels.emulating import SECRET, Answered, Asked, HttpEmulator, Taken, hmac_sha256

_RECENT_S = 300
_MOST_CHARACTERS = 200


class Emulator(HttpEmulator):
    """It answers with a number for the call."""

    recipient = "+8613800138000"

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {"url": f"http://{host}:{port}/calls", "secret": SECRET, "times": "2"}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {**self.settings(host, port), "secret": "another"}

    def answer(self, asked: Asked, now: float) -> Answered:
        """See `HttpEmulator`."""
        stamp, body = asked.headers.get("x-fenghuo-timestamp", ""), asked.json()
        expected = "sha256=" + hmac_sha256(SECRET.encode(), stamp.encode() + b"." + asked.body).hex()
        if not stamp.isdigit() or abs(int(stamp) - now) > _RECENT_S:
            return self._refuse(401, "stale")
        if asked.headers.get("x-fenghuo-signature") != expected:
            return self._refuse(401, "signature")
        if self.busy:
            return Answered(503, {"error": "all lines are busy"}, {"Retry-After": "20"})
        number, text = str(body.get("number", "")), str(body.get("text", ""))
        if not number.startswith("+") or not number[1:].isdigit() or not 0 < len(text) <= _MOST_CHARACTERS:
            return self._refuse(422, "number or text")
        self.taken.append(Taken(number, text))
        return Answered(202, {"call_id": f"call-{len(self.taken)}"})

    def _refuse(self, status: int, why: str) -> Answered:
        self.refused.append(why)
        return Answered(status, {"error": why})
