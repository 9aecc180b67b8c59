"""Venues and the locations in them; the houses of villages and their rooms."""

from django.db import models

from .facts import Fact


class Venue(Fact):
    """A site."""

    name = models.CharField(max_length=200)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    time_zone = models.CharField(max_length=60, blank=True)
    zone = models.CharField(max_length=40, blank=True)
    spectators_max = models.IntegerField(null=True)
    is_indoor = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="venue_once")]


class Location(Fact):
    """A place in a venue where units run: the field of play."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="locations")
    name = models.CharField(max_length=200)
    units_at_once = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="location_once")]


class Building(Fact):
    """A house of an athletes' village, or a hotel."""

    name = models.CharField(max_length=200, blank=True)
    village = models.CharField(max_length=120)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    walk_minutes = models.FloatField(default=10.0)
    quiet_floors = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="building_once")]


class Room(Fact):
    """A room with its beds, behind the door of an apartment on a floor."""

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="rooms")
    floor = models.IntegerField()
    apartment = models.CharField(max_length=80)
    beds = models.IntegerField()
    long_beds = models.IntegerField(default=0)
    is_accessible = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="room_once"),
            models.CheckConstraint(
                condition=models.Q(beds__gte=1)
                & models.Q(long_beds__gte=0)
                & models.Q(long_beds__lte=models.F("beds")),
                name="room_has_its_beds",
            ),
        ]
