"""Log sources: who sends, for which unit, and how well."""

from django.db import models

from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Unit
from fenghuo.see.sources import KINDS, Format, Standing


class LogSource(models.Model):
    """A registered sender of logs.

    Attributes:
        kind: a name of `see.sources.KINDS`.
        token_hash: hex SHA-256 of its token for HTTP.
        peer: address from which it sends over syslog or RELP, "" where it only uses the token.
        host_pattern: host names in the lines that are meant, with `*`; "" for every name (relays carry many units).
        path: file on this machine that is followed, "" for none; set on the command line only, because who may choose
            it can read every file that the platform can.
        zone: IANA zone of time stamps that have none.
        options: JSON text of the parser's settings, "" for none.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sources")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    token_hash = models.CharField(max_length=64, unique=True)
    peer = models.GenericIPAddressField(null=True, blank=True)
    host_pattern = models.CharField(max_length=200, blank=True)
    asset = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=500, blank=True)
    zone = models.CharField(max_length=60)
    options = models.TextField(blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    @property
    def standing(self) -> Standing:
        """Whether published samples prove that its kind is read rightly: all of it, partly, or nothing of it."""
        kind = KINDS.get(self.kind)
        return kind.standing if kind is not None else Standing.VERIFIED

    @property
    def formats(self) -> tuple[Format, ...]:
        """What its kind writes, where not all of that is verified."""
        kind = KINDS.get(self.kind)
        return kind.formats if kind is not None else ()


class SourceHealth(models.Model):
    """What was counted of a source since it was registered."""

    source = models.OneToOneField(LogSource, on_delete=models.CASCADE, primary_key=True, related_name="health")
    first_seen = models.DateTimeField(null=True)
    last_seen = models.DateTimeField(null=True)
    received = models.PositiveBigIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    unparsed = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    resent = models.PositiveBigIntegerField(default=0)
    hits = models.PositiveBigIntegerField(default=0)
    rate = models.FloatField(default=0)
    last_problem = models.CharField(max_length=300, blank=True)


class UnknownSender(models.Model):
    """An address that sends and is not registered; its lines are kept in the log without a unit."""

    peer = models.CharField(max_length=64, primary_key=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    received = models.PositiveBigIntegerField(default=0)
    sample = models.CharField(max_length=200, blank=True)


class DirectoryVersion(models.Model):
    """One row: a number that grows with every change that intake must learn of."""

    number = models.PositiveBigIntegerField(default=0)
