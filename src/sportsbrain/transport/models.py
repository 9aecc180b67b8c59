"""What people asked of the car pool. Which car fetches them is a plan, not a row here."""

from django.db import models

from sportsbrain.committee.models import Games


class RideBooking(models.Model):
    """People who asked to be fetched at one place and brought to another."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="ride_bookings")
    code = models.CharField(max_length=40)
    from_place = models.CharField(max_length=80)
    to_place = models.CharField(max_length=80)
    people = models.IntegerField()
    wanted_at = models.DateTimeField()
    is_arrival = models.BooleanField()
    client = models.CharField(max_length=120)
    booked_by = models.CharField(max_length=150)
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="ride_once"),
            models.CheckConstraint(condition=models.Q(people__gte=1), name="ride_has_people"),
            models.CheckConstraint(
                condition=~models.Q(from_place=models.F("to_place")), name="ride_goes_somewhere"
            ),
        ]
        indexes = [models.Index(fields=["games", "wanted_at"])]

    def __str__(self) -> str:
        return f"{self.code} {self.from_place} → {self.to_place}"
