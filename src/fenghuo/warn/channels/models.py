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
        position: where it stands among a person's roads, lowest first.
        rate, burst: messages a minute, and how many at once; null for those of its kind.
        patience_s: how long a person's message has on this road before the next one is taken; null for the rank's.
        confirm_within_s: how long a receipt may take after the other side's "yes"; null where the channel has no receipts.
        parallel: how many messages are handed over at the same time.
        digests: whether a storm is told in digests; machines get every message.
        probe_recipient: who gets the test message of every minute; "" where only the way to the server is tried.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=choices)
    sealed = models.TextField()
    recipients = models.JSONField(default=list, blank=True)
    lowest = models.CharField(max_length=10, default="blue")
    language = models.CharField(max_length=10, default="zh-hans")
    enabled = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=50)
    rate = models.FloatField(null=True, blank=True)
    burst = models.FloatField(null=True, blank=True)
    patience_s = models.PositiveIntegerField(null=True, blank=True)
    confirm_within_s = models.PositiveIntegerField(null=True, blank=True)
    parallel = models.PositiveSmallIntegerField(default=1)
    digests = models.BooleanField(default=True)
    probe_recipient = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]


class ChannelHealth(models.Model):
    """How sending over a channel goes, and what is left of its allowance; written by who sends.

    Attributes:
        ok_at, failed_at: the last good and the last failed attempt; `failing_since` is null while the last one was good.
        fails: failed attempts in a row; one recipient whom the other side refuses is no failure of the channel.
        refused: recipients refused since the last good attempt.
        paused_until: the other side asked for rest.
        left, left_at: messages that may still go at once, and when that was true.
        probed_at, probe_ok, probe_answer: the test of the minute; `probe_sent` is False where only the way was tried.
    """

    channel = models.OneToOneField(Channel, primary_key=True, on_delete=models.CASCADE, related_name="health")
    ok_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    fails = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    answer = models.CharField(max_length=500, blank=True)
    paused_until = models.DateTimeField(null=True)
    left = models.FloatField(default=0)
    left_at = models.DateTimeField(null=True)
    probed_at = models.DateTimeField(null=True)
    probe_ok = models.BooleanField(null=True)
    probe_failing_since = models.DateTimeField(null=True)
    probe_sent = models.BooleanField(default=False)
    probe_answer = models.CharField(max_length=500, blank=True)


class Road(models.Model):
    """One way to one person, in the order of `position`; who has none is reached over the channels in their own order."""

    who = models.CharField(max_length=340, db_index=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="roads")
    address = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["who", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["who", "channel", "address"], name="channels_one_road")]


class Reader(models.Model):
    """Who acknowledges by link and code: which code is in force, and how often a wrong one was tried."""

    who = models.CharField(max_length=340, primary_key=True)
    code_epoch = models.PositiveIntegerField(default=1)
    code_tries = models.PositiveIntegerField(default=0)


class Telling(models.Model):
    """Who was meant to be told of a matter at one time, and who was not, for "why was this person (not) told?".

    Attributes:
        asked: list of {"who", "name", "result"}: "sent" (a message was made), "held" (for a digest), "no-road".
        left_out: list of {"channel", "why"}: channels that did not take it: "off" or "level".
    """

    id = models.CharField(max_length=36, primary_key=True)
    matter = models.CharField(max_length=200, db_index=True)
    occasion = models.CharField(max_length=100)
    rank = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    asked = models.JSONField(default=list)
    left_out = models.JSONField(default=list)

    class Meta:
        ordering = ["at", "id"]


class TakenAnswer(models.Model):
    """That a message which the other side of a channel told of was taken, so that it counts once however often it is told. Neither what was
    written nor who wrote is kept.

    Attributes:
        number_hash, sender_hash: of the product's number of the message, and of who wrote it.
        outcome: "" while it is being taken.
        said: what was answered.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    number_hash = models.CharField(max_length=64)
    sender_hash = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=20, blank=True)
    said = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "number_hash"], name="channels_one_answer")]


class CallReason(models.TextChoices):
    """Why a person must call."""

    NO_ROAD = "no-road", _("no channel leads to this person")
    FAILED = "failed", _("no channel got through")
    NO_RECEIPT = "no-receipt", _("the channel took it, but no receipt came")


class Call(models.Model):
    """A person must call: no road led to somebody. One for each (who, matter).

    Attributes:
        answer: what the last road answered.
        open_since: null once it is done, or once a message arrived after all; `outcome` says which and what was said.
    """

    id = models.CharField(max_length=36, primary_key=True)
    who = models.CharField(max_length=340)
    name = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    matter = models.CharField(max_length=200, db_index=True)
    rank = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    reason = models.CharField(max_length=20, choices=CallReason.choices)
    answer = models.CharField(max_length=500, blank=True)
    exercise = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    open_since = models.DateTimeField(null=True, db_index=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=150, blank=True)
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["rank", "made_at", "id"]
        indexes = [models.Index(fields=["who", "matter"], name="channels_calls_of_person")]


class Vital(models.Model):
    """A sign of life of the platform itself, by name: "deliver", "clock", "heartbeat"."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)


class DeliveryState(models.TextChoices):
    """Where a delivery stands. Every road ends with a person: acknowledged, delivered, in a digest, on the next road, or called."""

    WAITING = "waiting", _("not yet sent")
    LEASED = "leased", _("being sent")
    SENT = "sent", _("delivered")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    HELD = "held", _("waits for the digest")
    DIGESTED = "digested", _("told in a digest")
    PASSED_ON = "passed-on", _("sent by the next road")
    CALLED = "called", _("told by a call")
    FAILED = "failed", _("test failed")


ARRIVED = (DeliveryState.SENT, DeliveryState.ACKNOWLEDGED)


class Delivery(models.Model):
    """One message to one recipient over one channel.

    Attributes:
        id: derived from subject, occasion, channel and recipient: a replay makes no second one.
        who: key of the person (`Addressee.key`), or "channel:ID:ADDRESS" for a fixed recipient.
        matter: "kind:id" of what it is about.
        occasion: why now, e.g. "raised:red" or "rung:2".
        sealed: the secrets of the text, sealed; "" once the message has left.
        place: in which order it goes: by its rank; what a fixed recipient heard of already goes behind, the red ones excepted.
        next_try_at: when it is sent (again); null where nothing is to be sent.
        fallback_at: when the next road is taken; null where none is needed.
        held_at: since when it waits for a digest; `digest` is the one that told of it.
        begun: an attempt began and its end is not known yet.
        possible_double: an attempt ended without a known result, so the message may arrive twice.
        tries, answer: attempts so far, and what the last one answered.
        receipt: the other side's number of the message; `received_at` is when it said that it arrived.
        answer_hash: hash of the secret part of the link that acknowledges it.
    """

    id = models.CharField(max_length=36, primary_key=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT)
    who = models.CharField(max_length=340, blank=True)
    who_name = models.CharField(max_length=300, blank=True)
    recipient = models.CharField(max_length=300)
    matter = models.CharField(max_length=200)
    occasion = models.CharField(max_length=100)
    rank = models.PositiveSmallIntegerField(default=4)
    place = models.PositiveSmallIntegerField(default=4)
    title = models.CharField(max_length=300)
    text = models.TextField()
    sealed = models.TextField(blank=True)
    values = models.JSONField(default=dict)
    exercise = models.BooleanField(default=False)
    may_wait = models.BooleanField(default=False)
    wants_answer = models.BooleanField(default=False)
    named_only = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    fallback_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    digest = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="told")
    lease_until = models.DateTimeField(null=True)
    begun = models.BooleanField(default=False)
    possible_double = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    answer_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        # A timer that is null stands in no index, and `<=` on it implies that it is not: so both databases use these.
        indexes = [
            models.Index(
                fields=["channel", "place", "next_try_at"],
                condition=models.Q(next_try_at__isnull=False),
                name="channels_to_send",
            ),
            models.Index(
                fields=["fallback_at"], condition=models.Q(fallback_at__isnull=False), name="channels_fallback"
            ),
            models.Index(fields=["held_at"], condition=models.Q(held_at__isnull=False), name="channels_held"),
            models.Index(fields=["who", "created_at"], name="channels_of_person"),
            models.Index(fields=["matter", "who", "created_at"], name="channels_of_matter"),
            models.Index(fields=["receipt"], condition=~models.Q(receipt=""), name="channels_receipts"),
            models.Index(fields=["answer_hash"], condition=~models.Q(answer_hash=""), name="channels_answers"),
        ]
