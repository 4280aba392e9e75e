"""A receiver of webhooks as the documentation tells one to write it: checks the signature, and that the moment is recent."""

from fenghuo.warn.channels.emulating import SECRET, Answered, Asked, HttpEmulator, Taken, hmac_sha256

_RECENT_S = 300


class Emulator(HttpEmulator):
    """It answers by the status alone."""

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {"url": f"http://{host}:{port}/hook?from=fenghuo", "secret": SECRET}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {**self.settings(host, port), "secret": "another"}

    def answer(self, asked: Asked, now: float) -> Answered:
        """See `HttpEmulator`."""
        stamp = asked.headers.get("x-fenghuo-timestamp", "")
        expected = "sha256=" + hmac_sha256(SECRET.encode(), stamp.encode() + b"." + asked.body).hex()
        if not stamp.isdigit() or abs(int(stamp) - now) > _RECENT_S:
            return self._refuse(401, "stale")
        if asked.headers.get("x-fenghuo-signature") != expected:
            return self._refuse(401, "signature")
        if self.busy:
            return Answered(429, {"error": "too many requests"}, {"Retry-After": "30"})
        self.taken.append(Taken("", f"{asked.json()['title']}\n\n{asked.json()['text']}"))
        return Answered(200, {"taken": True})

    def _refuse(self, status: int, why: str) -> Answered:
        self.refused.append(why)
        return Answered(status, {"error": why})
