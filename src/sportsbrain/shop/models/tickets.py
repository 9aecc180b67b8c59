"""Sessions that tickets are sold for, and tickets."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.shop import TicketState


class TicketSession(models.Model):
    """
    A session as it was promised to buyers: its units and its time when tickets were opened.

    When its units are at another time now, holders may exchange their tickets or give them back.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="ticket_sessions")
    code = models.CharField(max_length=20)
    venue = models.CharField(max_length=20)
    discipline = models.CharField(max_length=3)
    units = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_before = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="ticket_session_once"),
            models.CheckConstraint(
                condition=models.Q(ends_before__gt=models.F("starts_at")),
                name="ticket_session_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Ticket(models.Model):
    """One place of one order line: its number is in its QR code, with the time it was sold for."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="tickets")
    number = models.CharField(max_length=40)
    order_number = models.BigIntegerField()
    line = models.IntegerField()
    sku = models.CharField(max_length=60)
    session = models.ForeignKey(TicketSession, on_delete=models.PROTECT, related_name="tickets")
    stock = models.BigIntegerField()
    serial = models.IntegerField(null=True)
    seat = models.CharField(max_length=40, blank=True)
    proof = models.IntegerField()
    starts_at = models.DateTimeField()
    ends_before = models.DateTimeField()
    ticket_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in TicketState],
        default=TicketState.VALID.value,
    )
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "number"], name="ticket_once"),
            models.UniqueConstraint(
                fields=["games", "stock", "serial"],
                condition=models.Q(ticket_state="valid", serial__isnull=False),
                name="one_valid_ticket_a_seat",
            ),
        ]
        indexes = [models.Index(fields=["games", "order_number"])]

    def __str__(self) -> str:
        return self.number
