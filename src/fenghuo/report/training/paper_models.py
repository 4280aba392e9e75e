"""Certificates of this office, certificates that others issued, and what was revoked."""

from django.db import models

from fenghuo.base.common.ids import random_id
from fenghuo.base.units.models import Unit


class CertificateSeries(models.Model):
    """The numbers of one year; who takes the next locks the row, so that there is no gap and no double."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Certificate(models.Model):
    """That somebody took part in a course, or passed its quiz; never changed, the database refuses it.

    Attributes:
        text: the number as it stands on the paper, "2026-0003". valid_until: the last day, null for always.
        holder, unit_name, post, course_title, hours, giver, on, for_what: as they were when it was issued.
        agency: who issues it.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    series = models.ForeignKey(CertificateSeries, on_delete=models.PROTECT, related_name="certificates")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=20, unique=True)
    participant = models.ForeignKey("training.Participant", on_delete=models.PROTECT, related_name="certificates")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(max_length=100)
    unit_name = models.CharField(max_length=200)
    post = models.CharField(max_length=100, blank=True)
    course_title = models.CharField(max_length=200)
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    giver = models.CharField(max_length=200)
    on = models.DateField()
    for_what = models.CharField(max_length=10)
    agency = models.CharField(max_length=200)
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-series", "-number"]
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="one_certificate_of_a_number")]

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"certificate:{self.id}"


class Credential(models.Model):
    """A certificate that somebody else issued, such as CISP; never changed, one that was entered by mistake is revoked.

    Attributes:
        kind: what it is called. issuer: who issued it. valid_until: the last day, null for always.
        document: the paper that shows it, by its name; file_…: a copy, "" for none, its bytes under their SHA-256.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    holder = models.CharField(max_length=100)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=100)
    number = models.CharField(max_length=100)
    issuer = models.CharField(max_length=200)
    valid_until = models.DateField(null=True)
    document = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200, blank=True)
    file_kind = models.CharField(max_length=10, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "unit__name", "holder", "id"]

    @property
    def subject(self) -> str:
        """What the audit trail and the clocks call it."""
        return f"credential:{self.id}"


class Revocation(models.Model):
    """That a certificate holds no more, with the reason; never changed."""

    certificate = models.OneToOneField(Certificate, null=True, on_delete=models.PROTECT, related_name="revocation")
    credential = models.OneToOneField(Credential, null=True, on_delete=models.PROTECT, related_name="revocation")
    why = models.CharField(max_length=500)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(certificate=None) ^ models.Q(credential=None), name="revocation_of_one_thing"
            )
        ]


class CertificateNudge(models.Model):
    """That somebody was told that a certificate ends, once for each end and distance. `subject`: as the clocks call it."""

    subject = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "due_at", "days"], name="one_nudge_of_a_certificate")]
