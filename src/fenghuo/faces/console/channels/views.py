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
from fenghuo.warn.channels import actions, queries
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.models import Channel, ChannelKind, Delivery
from fenghuo.warn.early_warnings.models import LEVELS

_SETTINGS = {
    ChannelKind.EMAIL.value: ("host", "port", "security", "user", "password", "sender"),
    ChannelKind.WEBHOOK.value: ("url", "secret"),
}


class ChannelForm(forms.Form):
    """A new channel."""

    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=ChannelKind.choices)
    lowest = forms.ChoiceField(label=_("Lowest level"), choices=LEVELS, initial="blue")
    language = forms.ChoiceField(label=_("Language"), choices=[("zh-hans", "简体中文"), ("en", "English")])
    recipients = forms.CharField(
        label=_("Fixed recipients of e-mail"),
        required=False,
        help_text=_("Separated by spaces; persons on duty are added."),
    )
    host = forms.CharField(label=_("Mail server"), required=False)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    security = forms.ChoiceField(
        label=_("Security"), choices=[("tls", "TLS"), ("starttls", "STARTTLS"), ("none", _("none"))], required=False
    )
    user = forms.CharField(label=_("User name at the mail server"), required=False)
    password = forms.CharField(label=_("Password at the mail server"), widget=forms.PasswordInput, required=False)
    sender = forms.EmailField(label=_("Sender address"), required=False)
    url = forms.URLField(label=_("Webhook address"), required=False, assume_scheme="https")
    secret = forms.CharField(label=_("Webhook secret"), widget=forms.PasswordInput, required=False)

    def config(self) -> dict[str, str]:
        """The settings of the chosen kind."""
        values: dict[str, Any] = self.cleaned_data
        return {name: str(values[name]) for name in _SETTINGS[values["kind"]] if values.get(name)}


@requires(Permission.SEE_CHANNELS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every channel, what is in trouble, and a form for a new one."""
    may_edit = person_of(request).can(Permission.EDIT_CHANNELS)
    form = ChannelForm(request.POST or None, label_suffix="")
    if request.method == "POST" and may_edit and form.is_valid():
        v = form.cleaned_data
        try:
            actions.add_channel(
                actor_of(request),
                v["name"],
                v["kind"],
                form.config(),
                v["recipients"].split(),
                v["lowest"],
                v["language"],
            )
        except ValidationError as error:
            known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
            form.add_error(None, error if known else error.messages)
        else:
            return redirect("channels:list")
    values = {
        "channels": queries.channels(),
        "trouble": queries.in_trouble(clock.now())[:50],
        "latest": Delivery.objects.select_related("channel").order_by("-created_at")[:20],
    }
    return render(request, "channels/list.html", {**values, "form": form, "may_edit": may_edit})


def _channel(channel_id: str) -> Channel:
    return object_or_404(Channel.objects.all(), id=channel_id)


@requires(Permission.EDIT_CHANNELS)
@require_POST
def switch(request: HttpRequest, channel_id: str) -> HttpResponse:
    """Take a channel in or out of use."""
    channel = _channel(channel_id)
    actions.switch_channel(actor_of(request), channel, on=not channel.enabled)
    return redirect("channels:list")


@requires(Permission.EDIT_CHANNELS)
@require_POST
def test(request: HttpRequest, channel_id: str) -> HttpResponse:
    """Put a test message in the outbox of one channel; it goes the same way as a warning."""
    channel = _channel(channel_id)
    text = (_t("Fenghuo: test message"), _t("This is a test message. Warnings come the same way."))
    occasion = f"test:{clock.now_ns()}"
    message = Message(f"channel:{channel.id}", occasion, 1, {channel.language: text})
    made = actions.enqueue(message, [person_of(request).email], clock.now(), only=channel)
    if made:
        messages.success(request, _t("A test message is on its way; the list below shows what became of it."))
    else:
        messages.error(
            request, _t("There is nobody to send it to: the channel is switched off, or nobody has an address.")
        )
    return redirect("channels:list")
