"""Orders to block something, what shows that they are right, and objections to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.respond.blocks.decide import STANDING, ProofKind, Reason, State
from fenghuo.see.intel.values import Kind

REASONS = [
    (Reason.ATTACK_SOURCE.value, _("attack source")),
    (Reason.MALWARE.value, pgettext_lazy("block", "malware")),
    (Reason.PHISHING.value, pgettext_lazy("block", "phishing")),
    (Reason.COMMAND_AND_CONTROL.value, pgettext_lazy("block", "command and control")),
]
STATES = [
    (State.ASKED.value, pgettext_lazy("block", "waits for a second person")),
    (State.IN_FORCE.value, pgettext_lazy("block", "in force")),
    (State.REFUSED.value, pgettext_lazy("block", "refused")),
    (State.WITHDRAWN.value, pgettext_lazy("block", "withdrawn")),
    (State.LAPSED.value, pgettext_lazy("block", "lapsed without approval")),
    (State.LIFTED.value, pgettext_lazy("block", "lifted")),
    (State.EXPIRED.value, pgettext_lazy("block", "expired")),
]
KINDS = [
    (Kind.ADDRESS.value, pgettext_lazy("block", "address")),
    (Kind.NETWORK.value, pgettext_lazy("block", "network")),
    (Kind.DOMAIN.value, pgettext_lazy("block", "domain")),
    (Kind.URL.value, "URL"),
]
PROOFS = [
    (ProofKind.WARNING.value, pgettext_lazy("evidence", "early warning")),
    (ProofKind.HIT.value, pgettext_lazy("evidence", "hit of a rule")),
    (ProofKind.INCIDENT_EVIDENCE.value, pgettext_lazy("evidence", "evidence of an incident")),
]


class Block(models.Model):
    """One order.

    Attributes:
        value: in the form in which indicators are compared (see/intel/normal.py).
        value_hash: SHA-256 of kind, value and exercise; two standing orders do not have the same.
        stated: why a government or school domain must be on the list, "" for any other.
        exercise: it goes only to devices that take part in exercises.
        until: end of the term; the list is without it from then on.
        confirmed_at: when the incident or warning behind it was confirmed, null where nothing was when it was ordered.
        incident_id: the incident whose measure it is, "" for none.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    kind = models.CharField(max_length=10, choices=KINDS)
    value = models.TextField()
    value_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=24, choices=REASONS)
    why = models.TextField()
    stated = models.TextField(blank=True)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=STATES, default=State.ASKED.value)
    until = models.DateTimeField()
    ordered_by_id = models.CharField(max_length=40)
    ordered_by = models.CharField(max_length=150)
    ordered_at = models.DateTimeField(db_index=True)
    approved_by_id = models.CharField(max_length=40, blank=True)
    approved_by = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    incident_id = models.CharField(max_length=36, blank=True, db_index=True)

    class Meta:
        ordering = ["-ordered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["value_hash"],
                condition=models.Q(state__in=sorted(state.value for state in STANDING)),
                name="one_standing_block_of_a_value",
            )
        ]
        indexes = [models.Index(fields=["state", "until"], name="blocks_by_state")]

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"block:{self.id}"


class Proof(models.Model):
    """What shows that an order is right, as it stood when the order was given.

    Attributes:
        reference: id of the warning or hit, number of the incident's evidence.
        asset: what it happened to. said: what it is, in a line. sha256: of the evidence itself.
        names_target: whether it names what is blocked; the second person is told where it does not.
    """

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=20, choices=PROOFS)
    reference = models.CharField(max_length=60)
    asset = models.CharField(max_length=300, blank=True)
    said = models.TextField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    names_target = models.BooleanField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["block", "kind", "reference"], name="one_row_of_a_proof")]


class Objection(models.Model):
    """That somebody says that an order is wrong, and what its owner answered.

    Attributes:
        who, contact: emptied with the answer; the case is closed then.
        owner_id: of the person who answers: neither who ordered nor who approved.
        upheld: null while it is open; an upheld one lifts the order.
    """

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="objections")
    who = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    taken_by = models.CharField(max_length=150)
    taken_at = models.DateTimeField(db_index=True)
    owner_id = models.CharField(max_length=40)
    owner = models.CharField(max_length=150)
    upheld = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-taken_at", "-id"]

    @property
    def subject(self) -> str:
        """What the clocks call it."""
        return f"block-objection:{self.pk}"
