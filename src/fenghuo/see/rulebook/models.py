"""Tables of the rule book: packs, their rules as last compiled, switches, stored hits, and how far the judge has read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RulePack(models.Model):
    """A set of rules that came together, with the licence that it came under.

    Attributes:
        name: short name, also the folder name, e.g. "sigmahq".
        builtin: shipped with Fenghuo, read from the package; else read from `folder` in the data directory.
        folder: path below `DIR/rules/`, "" for a builtin pack.
        content: SHA-256 over the rule files, so that a changed pack is seen.
    """

    name = models.CharField(max_length=60, primary_key=True)
    builtin = models.BooleanField(default=False)
    folder = models.CharField(max_length=200, blank=True)
    content = models.CharField(max_length=64)
    license = models.TextField(blank=True)
    origin = models.CharField(max_length=300, blank=True)
    enabled = models.BooleanField(default=True)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["name"]


class RuleStatus(models.TextChoices):
    """Whether the engine takes a rule."""

    OK = "ok", _("in force")
    REFUSED = "refused", _("refused")


class StoredRule(models.Model):
    """One rule file's rule as it was when its pack was last read, for pages and for naming what was refused.

    `attack` holds the ATT&CK names of its tags in lower case, each with a space on either side, for searching.
    """

    pack = models.ForeignKey(RulePack, on_delete=models.CASCADE, related_name="rules")
    path = models.CharField(max_length=400)
    rule_id = models.CharField(max_length=80, blank=True, db_index=True)
    rule_hash = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=20, blank=True)
    author = models.TextField(blank=True)
    description = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    references = models.JSONField(default=list)
    falsepositives = models.JSONField(default=list)
    logsource = models.JSONField(default=dict)
    threat_class = models.CharField(max_length=60, blank=True)
    attack = models.TextField(blank=True, default="")
    text = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=RuleStatus.choices)
    line = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pack_id", "path", "id"]
        indexes = [models.Index(fields=["status"])]


class RuleSwitch(models.Model):
    """A rule that this office has switched off, by whom and why. No row: the rule is on."""

    rule_id = models.CharField(max_length=80, primary_key=True)
    reason = models.CharField(max_length=500)
    switched_by = models.CharField(max_length=150)
    switched_at = models.DateTimeField()


class RuleVersion(models.Model):
    """One saved version of a rule of the office's own pack; numbers count from 1 for each rule.

    `retired`: the rule was taken out with this version; the text is the one that stood until then.
    """

    rule_id = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    rule_hash = models.CharField(max_length=64)
    text = models.TextField()
    retired = models.BooleanField(default=False)
    reason = models.CharField(max_length=500)
    saved_by = models.CharField(max_length=150)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["rule_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["rule_id", "number"], name="one_number_a_rule")]


class Silence(models.Model):
    """A rule that raises nothing for a time, or nothing below a number of hits; the hits are stored all the same.

    Attributes:
        unit_id, asset: for which unit and asset; "" for all.
        hits, within_s: a threshold: raise once so many hits of one unit and asset came within so many seconds; 0 and 0:
            raise nothing at all.
        until: it stops by itself then. Never open-ended.
        ended_at, ended_by: somebody ended it before.
    """

    rule_id = models.CharField(max_length=80, db_index=True)
    unit_id = models.CharField(max_length=36, blank=True)
    asset = models.CharField(max_length=300, blank=True)
    hits = models.PositiveIntegerField(default=0)
    within_s = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)
    reason = models.CharField(max_length=500)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["until", "id"]


class RuleTrial(models.Model):
    """A rule on trial (canary): its hits are stored and raise nothing until somebody decides, which is due at `until`."""

    rule_id = models.CharField(max_length=80, primary_key=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    started_by = models.CharField(max_length=150)


class RuleQuarantine(models.Model):
    """A rule that held up the matching processes and was taken out of force by the system."""

    rule_id = models.CharField(max_length=80, primary_key=True)
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()


class RulebookVersion(models.Model):
    """One row: a number that grows with every change that the matching processes must learn of."""

    number = models.PositiveBigIntegerField(default=1)


class LogOffset(models.Model):
    """How far a consumer of the event log has stored its effects; saved in the transaction of those effects."""

    consumer = models.CharField(max_length=40)
    stream = models.CharField(max_length=120)
    next_sequence = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "stream"], name="one_offset_a_stream")]


class Disposition(models.TextChoices):
    """What became of a hit."""

    RAISED = "raised", _("counted in warnings")
    QUIET = "quiet", _("kept for correlation only")
    CANARY = "canary", _("rule on trial")
    SUPPRESSED = "suppressed", _("suppressed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class StoredHit(models.Model):
    """A `Hit` as evidence: the fields of the same name mean the same. Times are nanoseconds since 1970 UTC.

    `disposition` says whether it counts: only hits that were raised make warnings. `silence_id` is the `Silence` that held a
    suppressed one back, 0 for none; it has no foreign key, because evidence must not depend on tables of settings.
    """

    hit_id = models.CharField(max_length=36, primary_key=True)
    rule_id = models.CharField(max_length=80, db_index=True)
    rule_hash = models.CharField(max_length=64)
    rule_title = models.CharField(max_length=300)
    rule_level = models.CharField(max_length=20)
    rule_author = models.TextField(blank=True)
    rule_pack = models.CharField(max_length=60)
    rule_license = models.CharField(max_length=200, blank=True)
    threat_class = models.CharField(max_length=60, blank=True)
    harm = models.CharField(max_length=15, blank=True, default="")
    at_least = models.CharField(max_length=10, blank=True, default="")
    tags = models.JSONField(default=list)
    log_position = models.CharField(max_length=160)
    event_time = models.BigIntegerField(db_index=True)
    ingest_time = models.BigIntegerField()
    source_id = models.CharField(max_length=36, blank=True, db_index=True)
    unit_id = models.CharField(max_length=36, blank=True, db_index=True)
    asset = models.CharField(max_length=300, blank=True)
    peer = models.CharField(max_length=64, blank=True)
    exercise = models.BooleanField(default=False)
    src_ip = models.CharField(max_length=64, blank=True, db_index=True)
    dst_ip = models.CharField(max_length=64, blank=True)
    domain = models.CharField(max_length=300, blank=True)
    url = models.TextField(blank=True)
    hash = models.CharField(max_length=128, blank=True)
    raw = models.BinaryField()
    matches = models.JSONField(default=list)
    disposition = models.CharField(max_length=12, choices=Disposition.choices, default=Disposition.RAISED)
    silence_id = models.PositiveBigIntegerField(default=0)
    stored_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["event_time", "hit_id"]
        indexes = [
            models.Index(fields=["rule_id", "event_time", "disposition"], name="hits_of_rule_by_time"),
            models.Index(fields=["stored_at"], condition=models.Q(disposition="quiet"), name="hits_for_correlation"),
        ]


class CorrelationState(models.Model):
    """A piece of the correlation engine's memory (`see.detection.correlation.Row`), saved with the judge's place in the log.

    Attributes:
        rule: names one version of one correlation, or "meta".
        group_hash: SHA-256 of `group`, which may be long.
        segment: large groups grow by segments; all of them together are the group.
    """

    rule = models.CharField(max_length=36)
    group_hash = models.CharField(max_length=64)
    segment = models.PositiveIntegerField()
    group = models.TextField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "group_hash", "segment"], name="one_row_a_segment")]


class ResultState(models.TextChoices):
    """Whether a correlation's result can still change."""

    PROVISIONAL = "provisional", _("provisional")
    FINAL = "final", _("final")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CorrelationResult(models.Model):
    """What a correlation found; the hit of the same id is its evidence. Times are nanoseconds since 1970 UTC.

    Attributes:
        rule: as `CorrelationState.rule`.
        group: [name, value] pairs as `group-by` says.
        value: what was counted; of numeric types in ten-thousandths.
        capped: more events belonged to the window than can be kept.
        hit_ids: the hits that count, at most the last 100.
    """

    result_id = models.CharField(max_length=36, primary_key=True)
    rule = models.CharField(max_length=36, db_index=True)
    rule_id = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=ResultState.choices)
    group = models.JSONField(default=list)
    first_time = models.BigIntegerField()
    time = models.BigIntegerField()
    value = models.BigIntegerField()
    capped = models.BooleanField(default=False)
    hit_ids = models.JSONField(default=list)

    class Meta:
        ordering = ["-time", "result_id"]
