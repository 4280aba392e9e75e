"""The standing link and the code by which a unit's contact reports; made from a key outside the database, stored nowhere.

Link and code never travel in one message. Whoever leaves a unit loses both: the link goes with the contact, and a contact who is
replaced by another gets a new link.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.ids import random_id, token_hash
from fenghuo.base.common.secrets import key_file
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Contact
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.models import UnitLink
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.roads import of_contact

MOST_TRIES = 5
_DIGITS = 6
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_RANK = 2
"""A link or a code goes before what can wait, and after a red warning."""


def _mac(text: str) -> bytes:
    key = key_file("incident-links.key", make=secrets.token_hex(32).encode())
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def link_token(link_id: str) -> str:
    """The secret part of a link; 192 bits, the same each time, so that it can be sent again."""
    return base64.urlsafe_b64encode(_mac(f"link|{link_id}")[:24]).decode()


def address_of(link: UnitLink) -> str:
    """The whole link."""
    return f"{settings().public_url.rstrip('/')}/i/{link_token(link.id)}/"


def code_of(link: UnitLink) -> str:
    """The six digits that open the link; others with every epoch."""
    number = int.from_bytes(_mac(f"code|{link.id}|{link.code_epoch}")[:8]) % 10**_DIGITS
    return f"{number:0{_DIGITS}d}"


def find_by_token(token: str) -> UnitLink | None:
    """The link whose secret part this is; None also where its contact is another person by now."""
    found = UnitLink.objects.select_related("contact__unit").filter(link_hash=token_hash(token)).first()
    return found if found is not None and found.holder == holder_of(found.contact) else None


def holder_of(contact: Contact) -> str:
    """Whom a link of this contact is made for."""
    return f"{contact.name} <{contact.email or contact.phone}>"


@transaction.atomic
def make_link(actor: Actor, contact: Contact) -> UnitLink:
    """Give a contact a new link and a new code, sent in two messages; a link that the contact had before opens nothing any more.

    Raises:
        CannotDo: "address": the contact has neither an e-mail address nor a telephone.
    """
    if not (contact.email or contact.phone):
        raise CannotDo("address")
    now, link_id = clock.now(), random_id()
    UnitLink.objects.filter(contact=contact).delete()
    values = {"holder": holder_of(contact), "link_hash": token_hash(link_token(link_id)), "code_sent_at": now}
    made = UnitLink.objects.create(id=link_id, contact=contact, made_by=actor.name[:150], made_at=now, **values)
    _send(made, "link", now)
    _send(made, "code", now)
    record(actor, "incident-link.made", made.subject, {"unit": contact.unit_id, "contact": contact.name})
    return made


@transaction.atomic
def revoke(actor: Actor, link_id: str) -> None:
    """Take a link away. UnitLink.DoesNotExist."""
    link = UnitLink.objects.select_related("contact").get(id=link_id)
    record(actor, "incident-link.revoked", link.subject, {"unit": link.contact.unit_id, "contact": link.contact.name})
    link.delete()


@transaction.atomic
def new_code(actor: Actor, link_id: str) -> None:
    """Send another code, where the one before got lost or was tried too often. UnitLink.DoesNotExist.

    Raises:
        CannotDo: "too-soon" within a minute of the first one; the wait doubles with each up to an hour, since five tries come with it.
    """
    link = UnitLink.objects.select_for_update().get(id=link_id)
    now = clock.now()
    if now - link.code_sent_at < min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(link.code_epoch - 1, 10)):
        raise CannotDo("too-soon")
    link.code_epoch += 1
    link.code_tries, link.code_sent_at = 0, now
    link.save(update_fields=["code_epoch", "code_tries", "code_sent_at"])
    _send(link, "code", now)
    record(actor, "incident-link.code-renewed", link.subject, {"unit": link.contact.unit_id})


@transaction.atomic
def try_code(link_id: str, given: str, actor: Actor) -> str:
    """ "" where the code is right, else "code" or, after five wrong ones, "code-used-up": then only a new code opens.

    A transaction of its own: a wrong try counts whatever becomes of what it was meant for.
    """
    link = UnitLink.objects.select_for_update().get(id=link_id)
    if link.code_tries >= MOST_TRIES:
        return "code-used-up"
    if hmac.compare_digest(code_of(link).encode(), "".join(given.split()).encode()):
        link.used_at, link.code_tries = clock.now(), 0
        link.save(update_fields=["used_at", "code_tries"])
        record(actor, "incident-link.opened", link.subject, {"unit": link.contact.unit_id})
        return ""
    link.code_tries += 1
    link.save(update_fields=["code_tries"])
    return "code-used-up" if link.code_tries >= MOST_TRIES else "code"


def _send(link: UnitLink, what: str, now: datetime) -> None:
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            texts[language] = _link_text(link) if what == "link" else _code_text(link)
    values = {"unit_id": link.contact.unit_id}
    secrets = {"link": address_of(link)} if what == "link" else {"code": code_of(link)}
    message = Message(link.subject, f"{what}:{link.code_epoch}", _RANK, texts, values, secrets=secrets)
    enqueue(message, [of_contact(link.contact)], now, named_only=True)


def _link_text(link: UnitLink) -> tuple[str, str]:
    text = _(
        "%(unit)s reports a cybersecurity incident here, from any phone:\n%(link)s\n\nKeep this link. The code that opens it comes in "
        "another message. An incident that must be reported at once is also told by telephone."
    )
    title = _("Link for reporting an incident")
    return title, text % {"unit": link.contact.unit.name, "link": "[[link]]"}


def _code_text(link: UnitLink) -> tuple[str, str]:
    text = _(
        "Code for reporting an incident: %(code)s\n\nIt opens the link in the other message. Keep it apart from it."
    )
    return _("Code for reporting"), text % {"code": "[[code]]"}
