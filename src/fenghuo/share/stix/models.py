"""Formal warnings that came in as STIX bundles."""

from django.db import models

from fenghuo.base.common.ids import random_id
from fenghuo.warn.early_warnings.models import Bulletin


class Received(models.Model):
    """A bundle that a draft was made of.

    Attributes:
        stix_id, modified: of the report or note in it.
        ordinal: how many drafts were made of this `stix_id` before; none of them is worked on any longer.
        issuer: who the bundle says it is from, as a name. tlp: "" where it has no TLP marking.
        sha256, name: the bundle lies in the file store as it came.
        indicators: how many; they are not taken. others: type → number of objects that nothing was taken from.
        remarks: (code, text): what of the draft is a guess or was chosen by a person, and markings that are no TLP.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    bulletin = models.OneToOneField(Bulletin, on_delete=models.PROTECT, related_name="received")
    stix_id = models.CharField(max_length=100)
    modified = models.DateTimeField()
    ordinal = models.PositiveIntegerField()
    issuer = models.CharField(max_length=100, blank=True)
    tlp = models.CharField(max_length=14, blank=True)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    indicators = models.PositiveIntegerField(default=0)
    others = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stix_id", "ordinal"], name="one_draft_of_a_bundle_at_a_time")]
