"""How much a channel bears and how it is used, and by which roads a person is reached."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, requires
from fenghuo.warn.channels.actions import LIMITS, set_limits, set_roads
from fenghuo.warn.channels.models import Channel, Road
from fenghuo.warn.channels.roads import address_on, of_person


class LimitsForm(forms.Form):
    """The limits of a channel; what is left empty follows its kind."""

    position = forms.IntegerField(
        label=_("Place among a person's roads"), min_value=0, max_value=1000, help_text=_("The lowest is tried first.")
    )
    rate = forms.FloatField(
        label=_("Messages a minute"),
        min_value=0.1,
        max_value=100_000,
        required=False,
        help_text=_("Empty: as the kind bears."),
    )
    burst = forms.FloatField(label=_("At once"), min_value=1, max_value=10_000, required=False)
    patience_s = forms.IntegerField(
        label=_("Seconds until the next road is taken"),
        min_value=5,
        max_value=900,
        required=False,
        help_text=_("Empty: 20 for red, 45 for orange, 60 else."),
    )
    confirm_within_s = forms.IntegerField(
        label=_("Seconds in which a receipt must come"),
        min_value=10,
        max_value=900,
        required=False,
        help_text=_("Empty: no receipt is waited for."),
    )
    parallel = forms.IntegerField(label=_("Messages handed over at the same time"), min_value=1, max_value=16)
    digests = forms.BooleanField(label=_("In a storm, put messages together"), required=False)
    probe_recipient = forms.CharField(
        label=_("Who gets the test of every minute"),
        max_length=300,
        required=False,
        help_text=_(
            "A mailbox or number that nobody reads. Empty: only the way to the server is tried, which proves less."
        ),
    )


@requires(Permission.EDIT_CHANNELS)
def limits(request: HttpRequest, channel_id: str) -> HttpResponse:
    """Look at and set the limits of a channel."""
    channel = object_or_404(Channel.objects.all(), id=channel_id)
    known = {name: getattr(channel, name) for name in LIMITS}
    form = LimitsForm(request.POST or None, initial=known, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            set_limits(actor_of(request), channel, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("channels:list")
    return render(request, "channels/limits.html", {"channel": channel, "form": form})


@requires(Permission.EDIT_CHANNELS)
def roads(request: HttpRequest, number: int) -> HttpResponse:
    """Look at and set the roads of a person: a place for each channel that is used, and the address on it."""
    person = object_or_404(Person.objects.all(), pk=number)
    who = of_person(person)
    own = {road.channel_id: road for road in Road.objects.filter(who=who.key)}
    rows = []
    for channel in Channel.objects.order_by("position", "name"):
        known = own.get(channel.id)
        address = known.address if known else address_on(channel.kind, who)
        rows.append((channel, known.position + 1 if known else "", address))
    problem = ""
    if request.method == "POST":
        wanted = []
        for channel, _place, _address in rows:
            place = request.POST.get(f"place-{channel.id}", "").strip()
            if place:
                wanted.append((place.zfill(9), channel, request.POST.get(f"address-{channel.id}", "")[:300]))
        try:
            set_roads(
                actor_of(request),
                who.key,
                [(channel, address) for _place, channel, address in sorted(wanted, key=lambda w: w[0])],
            )
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            return redirect("channels:roads", number)
    return render(
        request, "channels/roads.html", {"person_shown": person, "rows": rows, "problem": problem, "own": bool(own)}
    )
