"""Organisations, participants, teams and entries."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.people import Standing

from .competition import Event
from .facts import Fact


class Organisation(Fact):
    """A national body and its three-letter code."""

    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="organisation_once")]


class Participant(Fact):
    """A person who takes part."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="participants"
    )
    name = models.CharField(max_length=200, blank=True)
    gender = models.CharField(max_length=1, blank=True)
    birth_date = models.DateField(null=True)
    height_cm = models.IntegerField(null=True)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="participant_once")]


class ParticipantAlias(models.Model):
    """Another code of a person who came in twice: imports go on to know it."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=80)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="aliases")

    class Meta:
        verbose_name_plural = "participant aliases"
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="participant_alias_once")
        ]

    def __str__(self) -> str:
        return self.code


class Team(Fact):
    """A pair or team that competes as one."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="team_once")]


class TeamMember(models.Model):
    """A participant in a team."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="teams")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "participant"], name="team_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.team_id}:{self.participant_id}"


class Entry(Fact):
    """A registration of one competitor (a person or a team) in an event."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="entries")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="entries"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="entries")
    standing = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in Standing],
        default=Standing.ENTERED.value,
    )
    mark = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["games", "standing"])]
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="entry_once"),
            models.CheckConstraint(
                condition=models.Q(participant__isnull=True) ^ models.Q(team__isnull=True),
                name="entry_of_person_or_team",
            ),
        ]
