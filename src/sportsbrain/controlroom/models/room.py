"""Signals, alerts, incidents and tasks, and what decides who is called when."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.statuses import AlertState, IncidentState, TaskState


class Signal(models.Model):
    """What a source says again and again: one row a fingerprint, counted."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="signals")
    fingerprint = models.CharField(max_length=200)
    source = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    venue = models.CharField(max_length=80, blank=True)
    gateway = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300, blank=True)
    value = models.FloatField(null=True)
    is_on = models.BooleanField()
    count = models.BigIntegerField(default=1)
    flips = models.IntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    turned_at = models.DateTimeField()
    alert_number = models.IntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "fingerprint"], name="signal_once")]
        indexes = [models.Index(fields=["games", "is_on", "alert_number"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint} ×{self.count}"


class Alert(models.Model):
    """
    Something that needs somebody to act by a time.

    ``steps`` is the escalation chain as it was when the alert opened. ``round`` counts how often
    escalation began: again when an acknowledgement lapses.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="alerts")
    number = models.IntegerField()
    kind = models.CharField(max_length=60)
    group_key = models.CharField(max_length=200)
    venue = models.CharField(max_length=80, blank=True)
    priority = models.IntegerField()
    text = models.CharField(max_length=300)
    role = models.CharField(max_length=80)
    signals = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    alert_state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in AlertState], default=AlertState.OPEN
    )
    acknowledged_by = models.CharField(max_length=150, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_until = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    steps = models.JSONField(default=list)
    round = models.IntegerField(default=1)
    step_next = models.IntegerField(default=0)
    escalates_from = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    incident_number = models.IntegerField(null=True)
    is_exercise = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "number"], name="alert_number_once"),
            models.UniqueConstraint(
                fields=["games", "group_key"],
                condition=~models.Q(alert_state="resolved"),
                name="one_open_alert_a_group",
            ),
        ]
        indexes = [models.Index(fields=["games", "alert_state", "next_at"])]

    def __str__(self) -> str:
        return f"alert {self.number}: {self.text}"


class Paging(models.Model):
    """A call for an alert: which step, to which role."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="pagings")
    round = models.IntegerField()
    step = models.IntegerField()
    role = models.CharField(max_length=80)
    paged_at = models.DateTimeField()
    paged_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "round", "step"], name="paging_once")
        ]

    def __str__(self) -> str:
        return f"{self.alert} → {self.role}"


class EscalationChain(models.Model):
    """Who is called after how many minutes; a change is a new number, open alerts keep theirs."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="chains")
    code = models.SlugField(max_length=40)
    number = models.IntegerField()
    steps = models.JSONField(default=list)
    changed_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code", "number"], name="chain_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class Shelf(models.Model):
    """A kind of signal that raises no alert for a while, and why."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="shelves")
    kind = models.CharField(max_length=60)
    venue = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200)
    shelved_by = models.CharField(max_length=150)
    begins_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("begins_at")), name="shelf_ends_after_begin"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="shelf_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} until {self.until}"


class Incident(models.Model):
    """What happened, where, how bad, whose; its story is in the log."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="incidents")
    number = models.IntegerField()
    text = models.CharField(max_length=300)
    venue = models.CharField(max_length=80, blank=True)
    severity = models.IntegerField()
    area = models.CharField(max_length=80, blank=True)
    incident_state = models.CharField(
        max_length=8,
        choices=[(s.value, s.value) for s in IncidentState],
        default=IncidentState.OPEN,
    )
    playbook = models.CharField(max_length=60, blank=True)
    opened_by = models.CharField(max_length=150)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    is_confidential = models.BooleanField(default=False)
    is_exercise = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "number"], name="incident_number_once"),
            models.CheckConstraint(
                condition=models.Q(severity__gte=1) & models.Q(severity__lte=5),
                name="incident_severity_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return f"incident {self.number}: {self.text}"


class Task(models.Model):
    """Something that a role does by a time; what can't be undone needs two people."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="tasks")
    number = models.IntegerField()
    incident_number = models.IntegerField(null=True)
    text = models.CharField(max_length=300)
    role = models.CharField(max_length=80)
    due_at = models.DateTimeField(null=True)
    needs_two = models.BooleanField(default=False)
    task_state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in TaskState], default=TaskState.OPEN
    )
    done_by = models.CharField(max_length=150, blank=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    is_exercise = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "number"], name="task_number_once"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("done_by")),
                name="task_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(task_state="done")
                | models.Q(needs_two=False)
                | ~models.Q(confirmed_by=""),
                name="task_of_two_has_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(task_state="skipped") | ~models.Q(reason=""),
                name="task_skipped_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"task {self.number}: {self.text}"


class Playbook(models.Model):
    """Steps for a kind of incident; a change is a new number, running incidents keep theirs."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="playbooks")
    code = models.SlugField(max_length=40)
    number = models.IntegerField()
    title = models.CharField(max_length=120)
    steps = models.JSONField(default=list)
    changed_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code", "number"], name="playbook_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class Handover(models.Model):
    """A shift's note to the next one, signed by both."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="handovers")
    number = models.IntegerField()
    station = models.CharField(max_length=80)
    note = models.TextField()
    items = models.JSONField(default=list)
    signed_out_by = models.CharField(max_length=150)
    signed_out_at = models.DateTimeField()
    signed_in_by = models.CharField(max_length=150, blank=True)
    signed_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "number"], name="handover_number_once"),
            models.CheckConstraint(
                condition=~models.Q(signed_in_by=models.F("signed_out_by")),
                name="handover_signed_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"handover {self.number} of {self.station}"


class Heartbeat(models.Model):
    """When a watcher was last alive, in real time."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="heartbeats")
    name = models.CharField(max_length=40)
    beaten_at = models.DateTimeField()
    process_id = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "name"], name="one_heartbeat_a_watcher")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.beaten_at}"
