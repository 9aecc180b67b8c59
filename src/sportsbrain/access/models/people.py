"""People who are registered, what others said of them, and who may read it."""

from django.db import models

from sportsbrain.committee.models import Games, User
from sportsbrain.vocabulary.people import CheckState, Duty, RegistrationState

from .tables import Category, Client


class Registration(models.Model):
    """One person of one organisation in one category."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="registrations")
    number = models.IntegerField()
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="registrations")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="registrations")
    code = models.CharField(max_length=80)
    function = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    given_name = models.CharField(max_length=120, blank=True)
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=1, blank=True)
    nationality = models.CharField(max_length=3, blank=True)
    document = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    guardian = models.CharField(max_length=200, blank=True)
    needs = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    photo = models.CharField(max_length=64, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    registration_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in RegistrationState],
        default=RegistrationState.DRAFT.value,
    )
    is_late = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    registered_by = models.CharField(max_length=150)
    registered_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "number"], name="registration_number_once"),
            models.UniqueConstraint(
                fields=["games", "client", "code"], name="registration_code_once"
            ),
            models.UniqueConstraint(fields=["id", "category"], name="registration_in_category"),
        ]
        indexes = [
            models.Index(fields=["games", "registration_state", "client"]),
            models.Index(fields=["games", "birth_date"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.family_name}"


class BackgroundCheck(models.Model):
    """What somebody else said of a person; the reason is seen by few."""

    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, related_name="background_check"
    )
    check_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in CheckState],
        default=CheckState.WAITING.value,
    )
    reason = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return f"{self.registration_id} {self.check_state}"


class Alike(models.Model):
    """Two registrations that may be one person; a person says whether they are."""

    one = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    bits = models.FloatField(default=0.0)
    reasons = models.JSONField(default=list)
    proposed_at = models.DateTimeField()
    are_two = models.BooleanField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "alike"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="alike_once"),
            models.CheckConstraint(
                condition=models.Q(one__lt=models.F("other")), name="alike_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} and {self.other_id}"


class DutySeat(models.Model):
    """What a user may do with people, for one organisation or for all."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="duty_seats")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="duty_seats")
    duty = models.CharField(max_length=12, choices=[(d.value, d.value) for d in Duty])
    client = models.ForeignKey(Client, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games", "user", "duty", "client"],
                name="duty_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.duty}"


class PersonalRead(models.Model):
    """Who read which sensitive class of whose fields, when. Append only."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="personal_reads")
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, null=True, related_name="reads"
    )
    field_class = models.CharField(max_length=10)
    people = models.IntegerField(default=1)
    read_by = models.CharField(max_length=150)
    read_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["games", "-id"])]

    def __str__(self) -> str:
        return f"{self.read_by} read {self.field_class}"
