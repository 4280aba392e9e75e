"""Channels: roads to people, and what did not arrive."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.warn.channels import queries
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.configured import add_channel, switch_channel
from fenghuo.warn.channels.kinds import Kind, kinds
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.models import Channel
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


@requires(Permission.SEE_CHANNELS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every channel, what is in trouble, and the kinds that one can add."""
    values = {
        "channels": queries.channels(),
        "trouble": queries.in_trouble(clock.now())[:50],
        "latest": queries.latest()[:20],
        "may_edit": person_of(request).can(Permission.EDIT_CHANNELS),
        "kinds": kinds().values(),
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
        given = v.get("recipients", "").split()
        try:
            add_channel(actor_of(request), v["name"], kind.name, settings.config(), given, v["lowest"], v["language"])
        except ValidationError as error:
            _tell(error, form, settings)
        else:
            return redirect("channels:list")
    return render(request, "channels/new.html", {"kind": kind, "form": form, "settings": settings})


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
    text = (_t("Fenghuo: test message"), _t("This is a test message. Warnings come the same way."))
    occasion = f"test:{clock.now_ns()}"
    message = Message(f"channel:{channel.id}", occasion, 1, {channel.language: text})
    made = enqueue(message, [person_of(request).email], clock.now(), only=channel)
    if made:
        messages.success(request, _t("A test message is on its way; the list below shows what became of it."))
    else:
        messages.error(
            request, _t("There is nobody to send it to: the channel is switched off, or nobody has an address.")
        )
    return redirect("channels:list")
