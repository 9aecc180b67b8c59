"""The rate card: what can be ordered, wishes for what is scarce, how it was shared out, spaces."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.rates import AllotmentRule, RatePeriod, WishState


class Stakeholder(models.Model):
    """Who earns in the village, or bears what it costs: organiser, operator, caterer, owner."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="stakeholders")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="stakeholder_once")]

    def __str__(self) -> str:
        return self.code


class RateItem(models.Model):
    """
    A line of the rate card: price without tax, what it is booked for, how many there are.

    ``shares``: (stakeholder, parts per million) of the price; ``cost`` of a piece is borne by
    ``cost_party``, ``late_cost`` comes on top for an order later than ``late_days`` before use.
    ``most``: the most pieces of a delegation in a slot, 0: no limit.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="rate_items")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    group = models.CharField(max_length=40, blank=True)
    period = models.CharField(max_length=8, choices=[(p.value, p.value) for p in RatePeriod])
    currency = models.CharField(max_length=3)
    price = models.BigIntegerField()
    tax_rate = models.IntegerField(default=0)
    deposit = models.BigIntegerField(default=0)
    late_days = models.IntegerField(default=0)
    late_rate = models.IntegerField(default=0)
    cost = models.BigIntegerField(default=0)
    late_cost = models.BigIntegerField(default=0)
    cost_party = models.CharField(max_length=20)
    shares = models.JSONField(default=list)
    pieces = models.IntegerField()
    most = models.IntegerField(default=0)
    rule = models.CharField(
        max_length=8, choices=[(r.value, r.value) for r in AllotmentRule],
        default=AllotmentRule.FIRST.value,
    )  # fmt: skip
    reserve = models.BigIntegerField(default=0)
    wishes_until = models.DateField(null=True)
    first = models.DateField()
    after = models.DateField()
    is_bed = models.BooleanField(default=False)
    seed = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="rate_item_once"),
            models.CheckConstraint(
                condition=Q(price__gte=0) & Q(deposit__gte=0) & Q(cost__gte=0) & Q(pieces__gte=0)
                & Q(late_rate__gte=0) & Q(late_cost__gte=0) & Q(reserve__gte=0)
                & Q(tax_rate__gte=0) & Q(first__lt=F("after")),
                name="rate_item_makes_sense",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code


class RateWindow(models.Model):
    """What a piece costs that is ordered from a day on."""

    item = models.ForeignKey(RateItem, on_delete=models.CASCADE, related_name="windows")
    starts_on = models.DateField()
    price = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "starts_on"], name="rate_window_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="rate_window_price"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.starts_on} {self.price}"


class RateWish(models.Model):
    """What a delegation wishes for of a scarce item; one wish a slot, changed until its day."""

    item = models.ForeignKey(RateItem, on_delete=models.CASCADE, related_name="wishes")
    slot = models.CharField(max_length=20, blank=True)
    delegation = models.CharField(max_length=20)
    pieces = models.IntegerField()
    bid = models.BigIntegerField(default=0)
    granted = models.IntegerField(default=0)
    wish_state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in WishState],
        default=WishState.OPEN.value,
    )  # fmt: skip
    wished_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "rate wishes"
        constraints = [
            models.UniqueConstraint(fields=["item", "slot", "delegation"], name="rate_wish_once"),
            models.CheckConstraint(
                condition=Q(pieces__gt=0) & Q(bid__gte=0) & Q(granted__gte=0)
                & Q(granted__lte=F("pieces")),
                name="rate_wish_makes_sense",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.delegation} {self.pieces}"


class Allotment(models.Model):
    """How a slot of a scarce item was shared out: rule, seed, price, and the problem it solved."""

    item = models.ForeignKey(RateItem, on_delete=models.CASCADE, related_name="allotments")
    slot = models.CharField(max_length=20, blank=True)
    rule = models.CharField(max_length=8)
    price = models.BigIntegerField()
    pieces = models.IntegerField()
    wished = models.IntegerField()
    problem = models.JSONField()
    objective = models.FloatField()
    bound = models.FloatField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "slot"], name="allotted_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.slot}"


class SpaceLease(models.Model):
    """
    A space of the village that somebody runs for some days, for a share of its turnover.

    ``minimum`` is owed whatever is sold; two leases share no space on a day.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="space_leases")
    space = models.CharField(max_length=40)
    tenant = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    days = DateRangeField()
    minimum = models.BigIntegerField()
    share = models.IntegerField()
    tax_rate = models.IntegerField(default=0)
    shares = models.JSONField(default=list)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_lease_a_space",
                expressions=[
                    (F("games"), RangeOperators.EQUAL),
                    (F("space"), RangeOperators.EQUAL),
                    (F("days"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(minimum__gte=0) & Q(share__gte=0) & Q(share__lte=1_000_000)
                & Q(days__isempty=False),
                name="space_lease_makes_sense",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.space} {self.tenant}"


class Turnover(models.Model):
    """What a tenant says it sold on a day, tax excluded; a correction is a new amount of it."""

    lease = models.ForeignKey(SpaceLease, on_delete=models.CASCADE, related_name="turnovers")
    day = models.DateField()
    amount = models.BigIntegerField()
    told_by = models.CharField(max_length=150)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lease", "day"], name="turnover_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="turnover_not_below_0"),
        ]

    def __str__(self) -> str:
        return f"{self.lease_id} {self.day} {self.amount}"
