"""E-mail over SMTP, for a channel of kind "email"."""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from fenghuo.base.common import clock, net
from fenghuo.warn.channels.email.dkim import signed
from fenghuo.warn.channels.message import MayHaveGone, NotSent, Outgoing, Sent
from fenghuo.warn.channels.plain import one_line, plain

_TIMEOUT_S = 8.0
_MOST_S = 15.0
"""For the whole exchange, so that it ends before the delivery's lease does."""


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one message to the mail server; its Message-ID is the receipt, which a bounce names.

    Args:
        config: host, port, security ("none", "starttls" or "tls"), user, password, sender, and for DKIM dkim_domain,
            dkim_selector and dkim_key.

    Raises:
        NotSent: it certainly did not go. MayHaveGone: the connection broke after the message was handed over.
        net.Refused: the address may not be contacted.
    """
    mail, number = composed(config, out)
    host, port = config["host"], int(config.get("port") or 25)
    handed_over = False
    try:
        with net.connect(host, port, _TIMEOUT_S, _MOST_S) as raw, _smtp(raw, host, config) as server:
            if config.get("user"):
                server.login(config["user"], config.get("password", ""))
            handed_over = True
            refused = server.sendmail(config["sender"], [out.recipient], mail)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
        raise NotSent(f"{host}:{port}: {error}") from error
    except net.NoConnection as error:
        raise NotSent(str(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        if handed_over:
            raise MayHaveGone(f"{host}:{port}: {error}") from error
        raise NotSent(f"{host}:{port}: {error}") from error
    if refused:
        raise NotSent(f"{host}:{port}: {refused}")
    return Sent(f"{host}:{port}", number)


def composed(config: Mapping[str, str], out: Outgoing) -> tuple[bytes, str]:
    """The mail as it goes over the wire, signed where there is a key, and its Message-ID."""
    number = f"<{out.delivery_id}@fenghuo>"
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = one_line(out.title)
    mail["From"] = config["sender"]
    mail["To"] = out.recipient
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = number
    mail["Auto-Submitted"] = "auto-generated"
    if out.mark:
        mail["X-Fenghuo-Possible-Double"] = "yes"
    text = plain(out.marked_text)
    mail.set_content(text, cte="7bit" if _goes_as_it_is(text) else "base64")
    raw = mail.as_bytes()
    if config.get("dkim_key"):
        seconds = clock.now_ns() // 1_000_000_000
        raw = signed(raw, config["dkim_domain"], config["dkim_selector"], config["dkim_key"], seconds)
    return raw, number


def _goes_as_it_is(text: str) -> bool:
    """Plain ASCII in lines that every server passes on unchanged; a signature would not survive a change."""
    return text.isascii() and all(len(line) < 900 for line in text.split("\n"))


def _smtp(raw: net.Connection, host: str, config: Mapping[str, str]) -> smtplib.SMTP:
    security = config.get("security", "starttls")
    sock = raw.socket
    if security == "tls":
        sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    server = smtplib.SMTP(timeout=_TIMEOUT_S)
    server.sock = sock
    code, answer = server.getreply()
    if code != 220:
        raise smtplib.SMTPConnectError(code, answer)
    server._host = host  # type: ignore[attr-defined]
    server.ehlo()
    if security == "starttls":
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    return server
