"""SMS over SMPP 3.4: bind, hand over each part, unbind; one connection a message."""

import zlib
from collections.abc import Mapping

from fenghuo.base.common.i18n import _
from fenghuo.warn.channels.message import MayHaveGone, NotSent, Outgoing, Sent
from fenghuo.warn.channels.phones import national
from fenghuo.warn.channels.plain import one_line, plain, shortened
from fenghuo.warn.channels.sms_smpp import pdu
from fenghuo.warn.channels.sms_smpp.talk import BUSY, Talk, talking


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one SMS to the message centre; its number of the last part is the receipt, and a report is asked for that part.

    Raises:
        NotSent: it certainly did not go. MayHaveGone: nobody knows, or a part of it went.
        net.Refused: the address may not be contacted.
    """
    most = int(config.get("parts") or 3)
    text = shortened(f"{one_line(out.marked_title)}\n{plain(out.text)}", pdu.room(most))
    reference = zlib.crc32(out.delivery_id.encode()) & 0xFF
    pieces = pdu.parts(text, most, reference)
    at_home = config.get("numbers") == "national"
    target = national(out.recipient) if at_home else out.recipient.removeprefix("+")
    number = ""
    with talking(config, pdu.BIND_TRANSMITTER) as talk:
        for place, piece in enumerate(pieces, 1):
            unit = pdu.submit(
                talk.next(),
                config.get("source", ""),
                target,
                2 if at_home else 1,
                piece,
                long=len(pieces) > 1,
                report=place == len(pieces),
            )
            number = _handed_over(talk, unit, first=place == 1)
        talk.leave()
    return Sent(f"{talk.where}: {len(pieces)}", number[:200])


def _handed_over(talk: Talk, unit: pdu.Unit, *, first: bool) -> str:
    """The message centre's number of a part."""
    try:
        status, body = talk.ask(unit)
    except (OSError, pdu.Malformed) as error:
        raise MayHaveGone(f"{talk.where}: {error}") from error
    if status and not first:
        raise MayHaveGone(_("{answer}; only a part of it went.").format(answer=talk.said(status)))
    if status:
        raise NotSent(talk.said(status), BUSY.get(status))
    return pdu.text_of(body)
