"""The tables of money: contracts, their acceptance, payments, and changes of the budget within the year. Amounts are whole fen."""

from django.db import models


class Contract(models.Model):
    """What was agreed with whom."""

    project = models.ForeignKey("performance.Project", on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    party = models.CharField(max_length=200)
    amount_fen = models.BigIntegerField()
    signed_on = models.DateField()
    document = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["signed_on", "number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_contract_of_a_number")]


class Acceptance(models.Model):
    """That something of a contract was examined, and whether it passed."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="acceptances")
    on = models.DateField()
    passed = models.BooleanField()
    what = models.CharField(max_length=300)
    document = models.CharField(max_length=200)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "id"]


class Payment(models.Model):
    """Money that left, under its voucher; below nought for a reversal. Never changed: a mistake is reversed under a voucher of its own.

    Attributes:
        batch: SHA-256 of the sheet that it came with, "" for one that was entered.
    """

    project = models.ForeignKey("performance.Project", on_delete=models.PROTECT, related_name="payments")
    contract = models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="payments")
    voucher = models.CharField(max_length=80)
    paid_on = models.DateField()
    amount_fen = models.BigIntegerField()
    payee = models.CharField(max_length=200)
    purpose = models.CharField(max_length=300, blank=True)
    batch = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["paid_on", "voucher"]
        constraints = [models.UniqueConstraint(fields=["project", "voucher"], name="one_payment_of_a_voucher")]
        indexes = [models.Index(fields=["project", "paid_on"], name="payments_of_project")]


class Adjustment(models.Model):
    """A change of a project's budget within the year, with the paper that orders it."""

    project = models.ForeignKey("performance.Project", on_delete=models.PROTECT, related_name="adjustments")
    on = models.DateField()
    amount_fen = models.BigIntegerField()
    why = models.CharField(max_length=300)
    document = models.CharField(max_length=200)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "id"]
