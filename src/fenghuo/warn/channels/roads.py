"""Who is meant, and by which roads they are reached."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from fenghuo.base.accounts.models import Person
from fenghuo.base.units.models import Contact, Unit
from fenghuo.warn.channels.decide import DEAD_AFTER, is_dead
from fenghuo.warn.channels.kinds import kinds
from fenghuo.warn.channels.message import Addressee
from fenghuo.warn.channels.models import Channel, ChannelHealth, Road
from fenghuo.warn.channels.phones import international, national
from fenghuo.warn.channels.settings_form import Reach

Way = tuple[Channel, str]
"""A channel and the address on it."""


def addressees(named: Iterable[str | Addressee]) -> list[Addressee]:
    """Who is behind these e-mail addresses, each person once, in their order; whom nobody knows is an address."""
    given = [one for one in named if one]
    mails = {one for one in given if isinstance(one, str)}
    known = _known(mails) if mails else {}
    found: dict[str, Addressee] = {}
    for one in given:
        person = one if isinstance(one, Addressee) else known.get(one) or Addressee(f"address:{one}", one, one)
        found.setdefault(person.key, person)
    return list(found.values())


def _known(mails: Collection[str]) -> dict[str, Addressee]:
    """E-mail → person of the office, else contact, else head of a unit."""
    found: dict[str, Addressee] = {}
    for person in Person.objects.filter(email__in=mails, is_active=True).order_by("-pk"):
        found[person.email] = of_person(person)
    rest = set(mails) - set(found)
    if rest:
        for contact in Contact.objects.filter(email__in=rest).select_related("unit").order_by("-pk"):
            found[contact.email] = of_contact(contact)
        for unit in Unit.objects.filter(head_email__in=rest - set(found)).order_by("-id"):
            found[unit.head_email] = of_head(unit)
    return found


def of_person(person: Person) -> Addressee:
    """A person of the office."""
    return Addressee(f"person:{person.pk}", person.name, person.email, person.phone)


def of_contact(contact: Contact) -> Addressee:
    """A contact of a unit."""
    return Addressee(f"contact:{contact.pk}", f"{contact.name} ({contact.unit.name})", contact.email, contact.phone)


def of_head(unit: Unit) -> Addressee:
    """The head of a unit."""
    return Addressee(f"head:{unit.pk}", f"{unit.head} ({unit.name})", unit.head_email, unit.head_phone)


def keys_of(address: str) -> list[str]:
    """The keys of all who have this telephone number or e-mail address."""
    phones = {address, international(address), national(international(address))}
    people = Person.objects.filter(Q(email=address) | Q(phone__in=phones), is_active=True)
    contacts = Contact.objects.filter(Q(email=address) | Q(phone__in=phones))
    heads = Unit.objects.filter(Q(head_email=address) | Q(head_phone__in=phones))
    found = [f"person:{key}" for key in people.values_list("pk", flat=True)]
    found += [f"contact:{key}" for key in contacts.values_list("pk", flat=True)]
    return found + [f"head:{key}" for key in heads.values_list("pk", flat=True)] + [f"address:{address}"]


def by_key(key: str) -> Addressee:
    """Who a key means now; one without addresses where the person is gone."""
    kind, _, rest = key.partition(":")
    if kind == "person" and (person := Person.objects.filter(pk=int(rest), is_active=True).first()):
        return of_person(person)
    if kind == "contact" and (contact := Contact.objects.select_related("unit").filter(pk=int(rest)).first()):
        return of_contact(contact)
    if kind == "head" and (unit := Unit.objects.filter(pk=rest).first()):
        return of_head(unit)
    return Addressee(key, rest, rest) if kind == "address" else Addressee(key)


def address_on(kind: str, person: Addressee) -> str:
    """The person's address on channels of a kind, "" where the kind leads to nobody in particular (a group's robot, a machine)."""
    reach = kinds()[kind].settings.reach if kind in kinds() else Reach.PLACE
    return {Reach.EMAIL: person.email, Reach.PHONE: person.phone, Reach.PLACE: ""}[reach]


def ways_of(persons: Sequence[Addressee], channels: Iterable[Channel]) -> Mapping[str, list[Way]]:
    """Key → roads over these channels in order: those set for the person, else the channels' own order."""
    ordered = sorted(channels, key=lambda c: (c.position, c.name))
    by_id = {channel.id: channel for channel in ordered}
    own: dict[str, list[Way]] = {}
    set_for: set[str] = set()
    for road in Road.objects.filter(who__in=[person.key for person in persons]):
        set_for.add(road.who)
        if road.channel_id in by_id:
            own.setdefault(road.who, []).append((by_id[road.channel_id], road.address))
    return {
        person.key: own.get(person.key, [])
        if person.key in set_for
        else [(channel, address) for channel in ordered if (address := address_on(channel.kind, person))]
        for person in persons
    }


def dead_channels(now: datetime) -> set[str]:
    """Ids of the channels that are passed over: sends failed, or the minute's test did."""
    rows = ChannelHealth.objects.filter(Q(fails__gte=DEAD_AFTER) | Q(probe_ok=False))
    return {h.channel_id for h in rows if h.probe_ok is False or is_dead(h.fails, h.failed_at, now)}


def best(ways: Sequence[Way], dead: Collection[str]) -> Way | None:
    """The first road that is not dead; where all are, the first; None of none."""
    alive = [way for way in ways if way[0].id not in dead]
    return next(iter(alive or ways), None)
