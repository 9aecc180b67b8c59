"""Venues and the locations in them."""

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
