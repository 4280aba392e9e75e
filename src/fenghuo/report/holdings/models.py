"""Fixed assets as they were taken up and written off. Rows are only added: a mistake is written off and entered anew."""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id


class HoldingKind(models.TextChoices):
    """Kinds of the table of fixed assets in the public document (固定资产占用情况表)."""

    OFFICES = "offices", pgettext_lazy("holdings", "office rooms (m²)")
    BUILDINGS = "buildings", pgettext_lazy("holdings", "other buildings (m²)")
    VEHICLES = "vehicles", pgettext_lazy("holdings", "vehicles")
    EQUIPMENT = "equipment", pgettext_lazy("holdings", "equipment of 200,000 yuan and more a piece")
    OTHER = "other", pgettext_lazy("holdings", "other fixed assets")


class OffReason(models.TextChoices):
    """Why something is written off."""

    WORN = "worn", pgettext_lazy("holdings", "worn out or scrapped")
    HANDED_OVER = "handed-over", pgettext_lazy("holdings", "handed over to another body")
    LOST = "lost", pgettext_lazy("holdings", "lost or damaged")
    MISTAKE = "mistake", pgettext_lazy("holdings", "entered by mistake")


class Holding(models.Model):
    """One entry of the register of fixed assets.

    Attributes:
        count: pieces, vehicles or square metres. value_fen: of all of them together, whole fen.
        since: from which day it counts. document: voucher, contract or acceptance that shows it.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    kind = models.CharField(max_length=12, choices=HoldingKind.choices)
    name = models.CharField(max_length=200)
    count = models.DecimalField(max_digits=12, decimal_places=2)
    value_fen = models.BigIntegerField()
    since = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    document = models.CharField(max_length=200)
    batch = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["since", "name", "id"]

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"holding:{self.id}"


class WriteOff(models.Model):
    """That some or all of an entry no longer counts, from a day on."""

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="write_offs")
    on = models.DateField()
    count = models.DecimalField(max_digits=12, decimal_places=2)
    value_fen = models.BigIntegerField()
    reason = models.CharField(max_length=12, choices=OffReason.choices)
    document = models.CharField(max_length=200)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "id"]
