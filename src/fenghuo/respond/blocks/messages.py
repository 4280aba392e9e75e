"""Who is told that something waits for them. The messages do not say what is blocked: mail travels through other people's servers."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission, Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.base.common.settings import settings
from fenghuo.respond.blocks.models import Block, Objection
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Addressee, Message
from fenghuo.warn.channels.models import Telling
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.notices.messages import LANGUAGES

_RANK = 2


def tell_approvers(block: Block, now: datetime) -> int:
    """Tell everybody who may approve an order that one waits, but for who ordered it. How many messages."""
    able = [p for p in Person.objects.filter(is_active=True) if p.can(Permission.APPROVE_BLOCKS)]
    people = [of_person(p) for p in able if str(p.pk) != block.ordered_by_id]
    return _send(block, "approve", people, now, block.ordered_by)


def tell_owner(objection: Objection, now: datetime) -> int:
    """Tell the owner of an objection that it waits. How many messages."""
    occasion = f"objection:{objection.pk}:{objection.owner_id}"
    return _send(objection.block, occasion, _owner(objection), now, objection.taken_by)


def tell_late(objection: Objection, now: datetime) -> bool:
    """Tell the owner and the leaders that an objection should have been answered; whether they were not told before."""
    occasion = f"objection-late:{objection.pk}:{objection.owner_id}"
    if Telling.objects.filter(matter=objection.block.subject, occasion=occasion).exists():
        return False
    people = {person.key: person for person in [*_owner(objection), *map(of_person, with_role(Role.LEADER))]}
    return _send(objection.block, occasion, list(people.values()), now, objection.owner) > 0


def _owner(objection: Objection) -> list[Addressee]:
    number = objection.owner_id
    found = Person.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    return [of_person(found)] if found is not None else []


def _send(block: Block, occasion: str, people: list[Addressee], now: datetime, who: str) -> int:
    if not people:
        return 0
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            title, text = _texts(block, occasion, who)
            texts[language] = ((_("[Exercise] ") if block.exercise else "") + title, text)
    message = Message(block.subject, occasion, _RANK, texts, {"block_id": block.id}, block.exercise)
    return enqueue(message, people, now, named_only=True)


def _texts(block: Block, occasion: str, who: str) -> tuple[str, str]:
    link = f"{settings().public_url.rstrip('/')}/blocks/{block.id}/"
    words = {"who": who, "link": link}
    if occasion == "approve":
        text = _(
            "%(who)s has ordered a block. It protects nobody before a second person approves it.\nSign in and read the evidence:\n%(link)s"
        )
        return _("A block waits for your approval"), text % words
    if occasion.startswith("objection-late:"):
        text = _("The time to answer an objection to a block is over. Its owner is %(who)s.\nSign in:\n%(link)s")
        return _("An objection to a block was not answered in time"), text % words
    text = _(
        "%(who)s has entered an objection to a block, and you are to answer it within the days of the table.\nSign in:\n%(link)s"
    )
    return _("An objection to a block waits for your answer"), text % words
