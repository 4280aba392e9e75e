"""Legal and grading tables as data: with source, version, and who confirmed them."""

from django.db import models


class GradingTable(models.Model):
    """One version of a table.

    Attributes:
        name: "warning-level" …
        cells: JSON; its form belongs to the table's reader in `queries`.
        source: the standard or order that it comes from, with article.
        sureness: "A" read in the text, "B" in a good secondary source, "C" to be checked (待核对),
            "P" our own proposal where no text sets it.
        confirmed_by: name of the administrator who compared it with the source, "" while nobody has.
    """

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    source = models.CharField(max_length=300)
    sureness = models.CharField(max_length=1)
    cells = models.JSONField()
    in_force_from = models.DateTimeField()
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_version_of_a_table")]
