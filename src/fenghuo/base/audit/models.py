"""Tables of the audit trail. Triggers refuse to change or delete a row (migration 0001)."""

from django.db import models


class AuditRow(models.Model):
    """One audited act.

    Attributes:
        number: 1, 2, 3 … without a gap.
        detail: canonical JSON text, exactly as it was hashed.
        previous, digest: hex SHA-256 of the row before and of this one; see `chain.digest`.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.CharField(max_length=40, db_index=True)
    actor_name = models.CharField(max_length=150)
    address = models.CharField(max_length=64, blank=True)
    verb = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=200, db_index=True)
    detail = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]


class AuditHead(models.Model):
    """One row: the last number and digest. Writers lock it, so that numbers have no gap and digests one order."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
