"""Devices that poll the block lists, and when each first had an order."""

from django.db import models

from fenghuo.base.common.ids import random_id
from fenghuo.respond.blocks.models import Block


class Consumer(models.Model):
    """A firewall, proxy or resolver.

    Attributes:
        place: where it stands, and whom to call.
        exercise: it gets orders of exercises, and those alone.
        token_hash: hex SHA-256 of the secret in its address.
        every_s: how often it is meant to poll; it counts as silent after three times that.
        last_form, last_etag: what it had when it polled last.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=300, blank=True)
    exercise = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    every_s = models.PositiveIntegerField(default=60)
    added_by = models.CharField(max_length=150)
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    last_poll_at = models.DateTimeField(null=True)
    last_peer = models.CharField(max_length=64, blank=True)
    last_form = models.CharField(max_length=20, blank=True)
    last_etag = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["name", "id"]


class FirstFetch(models.Model):
    """When a device first got a list with an order: the protection is in force there."""

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="fetches")
    consumer = models.ForeignKey(Consumer, on_delete=models.PROTECT, related_name="fetches")
    form = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["block", "consumer"], name="one_first_fetch_of_a_block")]
