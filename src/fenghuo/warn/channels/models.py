"""Channels, and the outbox of messages to people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fenghuo.base.common.ids import random_id
from fenghuo.warn.channels.kinds import choices


class Channel(models.Model):
    """A configured road to people.

    Attributes:
        sealed: the kind's settings as sealed JSON (server, password, secret …).
        recipients: fixed addresses that get every message; persons on duty are added by who sends.
        lowest: the lowest warning level that goes this way ("blue" for all).
        language: of the messages.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=choices)
    sealed = models.TextField()
    recipients = models.JSONField(default=list, blank=True)
    lowest = models.CharField(max_length=10, default="blue")
    language = models.CharField(max_length=10, default="zh-hans")
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]


class DeliveryState(models.TextChoices):
    """Where a delivery stands. None but `sent` is final."""

    WAITING = "waiting", _("not yet sent")
    LEASED = "leased", _("being sent")
    SENT = "sent", _("delivered")


class Delivery(models.Model):
    """One message to one recipient over one channel.

    Attributes:
        id: derived from subject, occasion, channel and recipient: a replay makes no second one.
        matter: "kind:id" of what it is about.
        occasion: why now, e.g. "raised:red" or "rung:2".
        possible_double: an attempt ended without a known result, so the message may arrive twice.
        tries, answer: attempts so far, and what the last one answered.
    """

    id = models.CharField(max_length=36, primary_key=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT)
    recipient = models.CharField(max_length=300)
    matter = models.CharField(max_length=200, db_index=True)
    occasion = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField(default=4)
    title = models.CharField(max_length=300)
    text = models.TextField()
    values = models.JSONField(default=dict)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    possible_double = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["rank", "next_try_at"], condition=~models.Q(state="sent"), name="channels_open"),
        ]
