"""Channels: roads to people, and what did not arrive."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.base.common.secrets import SealBroken
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.warn.channels import queries
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.configured import add_channel, change_channel, settings_of, switch_channel
from fenghuo.warn.channels.kinds import Kind, kinds
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.models import Channel
from fenghuo.warn.channels.secrets import address_for_answers
from fenghuo.warn.channels.settings_form import Reach
from fenghuo.warn.early_warnings.models import LEVELS


class ChannelForm(forms.Form):
    """What every channel has, whatever its kind."""

    name = forms.CharField(label=_("Name"), max_length=100)
    lowest = forms.ChoiceField(label=_("Lowest level"), choices=LEVELS, initial="blue")
    language = forms.ChoiceField(label=_("Language"), choices=[("zh-hans", "简体中文"), ("en", "English")])
    recipients = forms.CharField(label=_("Fixed recipients"), required=False)

    def __init__(self, kind: Kind, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        reach = kind.settings.reach
        if reach is Reach.PLACE:
            del self.fields["recipients"]
        elif reach is Reach.PHONE:
            self.fields["recipients"].help_text = _("Mobile numbers, separated by spaces.")
        else:
            self.fields["recipients"].help_text = _("Separated by spaces; persons on duty are added.")

    def given(self) -> list[str]:
        """The fixed recipients as they were entered."""
        return str(self.cleaned_data.get("recipients", "")).split()


@requires(Permission.SEE_CHANNELS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every channel, what is in trouble, and the kinds that one can add."""
    values = {
        "channels": queries.channels(),
        "trouble": queries.in_trouble(clock.now())[:50],
        "latest": queries.latest()[:20],
        "may_edit": person_of(request).can(Permission.EDIT_CHANNELS),
        "kinds": sorted(kinds().values(), key=lambda kind: list(Reach).index(kind.settings.reach)),
    }
    return render(request, "channels/list.html", values)


@requires(Permission.EDIT_CHANNELS)
def new(request: HttpRequest) -> HttpResponse:
    """A form for a new channel of one kind (`?kind=`)."""
    kind = kinds().get(request.GET.get("kind", ""))
    if kind is None:
        return redirect("channels:list")
    form = ChannelForm(kind, request.POST or None, label_suffix="")
    settings = kind.settings(request.POST or None, label_suffix="", prefix="s")
    if request.method == "POST" and form.is_valid() and settings.is_valid():
        v = form.cleaned_data
        try:
            add_channel(
                actor_of(request), v["name"], kind.name, settings.config(), form.given(), v["lowest"], v["language"]
            )
        except ValidationError as error:
            _tell(error, form, settings)
        else:
            return redirect("channels:list")
    return render(request, "channels/edit.html", {"kind": kind, "form": form, "settings": settings})


@requires(Permission.EDIT_CHANNELS)
def edit(request: HttpRequest, channel_id: str) -> HttpResponse:
    """Other settings for a channel; secrets are never shown, and stay where their fields are left empty."""
    channel = _channel(channel_id)
    kind = kinds().get(channel.kind)
    if kind is None:
        return redirect("channels:list")
    stored = _shown(channel)
    initial = {"name": channel.name, "lowest": channel.lowest, "language": channel.language}
    initial["recipients"] = " ".join(channel.recipients)
    form = ChannelForm(kind, request.POST or None, label_suffix="", initial=initial)
    settings = kind.settings(request.POST or None, label_suffix="", prefix="s", initial=stored)
    settings.keep_secrets()
    if request.method == "POST" and form.is_valid() and settings.is_valid():
        v = form.cleaned_data
        channel.name, channel.lowest, channel.language = v["name"], v["lowest"], v["language"]
        try:
            change_channel(actor_of(request), channel, settings.config(), form.given())
        except ValidationError as error:
            _tell(error, form, settings)
        except SealBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("The channel is changed. Send a test message to see that it works."))
            return redirect("channels:list")
    values = {"kind": kind, "form": form, "settings": settings, "channel": channel, "notes": _notes(kind, channel)}
    return render(request, "channels/edit.html", values)


def _shown(channel: Channel) -> dict[str, str]:
    """The stored settings without secrets; {} where the seal is broken: they are entered anew then."""
    try:
        stored = settings_of(channel)
    except SealBroken:
        return {}
    return {name: value for name, value in stored.items() if name not in kinds()[channel.kind].settings.secrets()}


def _notes(kind: Kind, channel: Channel) -> list[tuple[Any, str]]:
    try:
        found = list(kind.settings.notes(settings_of(channel)))
    except SealBroken:
        return []
    address = address_for_answers(channel.id) if kind.hear is not None else ""
    if address:
        found.append((_("Address for answers, to be entered on the other side"), address + kind.settings.answers_query))
    return found


def _tell(error: ValidationError, *shown: forms.Form) -> None:
    """Put each problem beside its field, and what has none above the first form."""
    by_name = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for name, problems in by_name.items():
        owner = next((form for form in shown if name in form.fields), None)
        (owner or shown[0]).add_error(name if owner else None, problems)


def _channel(channel_id: str) -> Channel:
    return object_or_404(Channel.objects.all(), id=channel_id)


@requires(Permission.EDIT_CHANNELS)
@require_POST
def switch(request: HttpRequest, channel_id: str) -> HttpResponse:
    """Take a channel in or out of use."""
    channel = _channel(channel_id)
    switch_channel(actor_of(request), channel, on=not channel.enabled)
    return redirect("channels:list")


@requires(Permission.EDIT_CHANNELS)
@require_POST
def test(request: HttpRequest, channel_id: str) -> HttpResponse:
    """Put a test message in the outbox of one channel; it goes the same way as a warning."""
    channel = _channel(channel_id)
    text = (gettext("Fenghuo: test message"), gettext("This is a test message. Warnings come the same way."))
    occasion = f"test:{clock.now_ns()}"
    message = Message(f"channel:{channel.id}", occasion, 1, {channel.language: text})
    made = enqueue(message, [person_of(request).email], clock.now(), only=channel)
    if made:
        messages.success(request, gettext("A test message is on its way; the list below shows what became of it."))
    else:
        messages.error(
            request, gettext("There is nobody to send it to: the channel is switched off, or nobody has an address.")
        )
    return redirect("channels:list")
