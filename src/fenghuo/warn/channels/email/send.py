"""E-mail over SMTP, for a channel of kind "email"."""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime

from fenghuo.base.common import clock, net
from fenghuo.warn.channels.message import MayHaveGone, NotSent, Outgoing, Sent

_TIMEOUT_S = 10.0


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one message to the mail server; its answer.

    Args:
        config: host, port, security ("none", "starttls" or "tls"), user, password, sender.

    Raises:
        NotSent: it certainly did not go. MayHaveGone: the connection broke after the message was handed over.
        net.Refused: the address may not be contacted.
    """
    mail = EmailMessage()
    mail["Subject"] = " ".join(out.title.split())
    mail["From"] = config["sender"]
    mail["To"] = out.recipient
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{out.delivery_id}@fenghuo>"
    mail["Auto-Submitted"] = "auto-generated"
    if out.mark:
        mail["X-Fenghuo-Possible-Double"] = "yes"
    text = out.marked_text
    mail.set_content(text, cte="8bit" if text.isascii() else "base64")
    host, port = config["host"], int(config.get("port") or 25)
    handed_over = False
    try:
        with net.connect(host, port, _TIMEOUT_S) as raw, _smtp(raw, host, config) as server:
            if config.get("user"):
                server.login(config["user"], config.get("password", ""))
            handed_over = True
            refused = server.send_message(mail)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
        raise NotSent(f"{host}:{port}: {error}") from error
    except (OSError, smtplib.SMTPException) as error:
        if handed_over:
            raise MayHaveGone(f"{host}:{port}: {error}") from error
        raise NotSent(f"{host}:{port}: {error}") from error
    if refused:
        raise NotSent(f"{host}:{port}: {refused}")
    return Sent(f"{host}:{port}")


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
