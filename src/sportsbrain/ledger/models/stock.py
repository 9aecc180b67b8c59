"""What can run out: one row an item, location and bucket, and the moves it is the sum of."""

from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.trade import HoldState, LocationKind, MoveKind, UnitState


class StockLocation(models.Model):
    """Where stock lies: a warehouse, a store, the web, a session."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="stock_locations")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in LocationKind])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "code"], name="stock_location_once")
        ]

    def __str__(self) -> str:
        return self.code


class Stock(models.Model):
    """
    How much of an item there is at a location, for a bucket of those who may have it.

    ``on_hand`` came and did not get lost, ``held`` waits for somebody, ``sold`` is somebody's. Only
    moves change the three: a trigger refuses anything else.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="stock")
    item = models.CharField(max_length=60)
    location = models.ForeignKey(StockLocation, on_delete=models.PROTECT, related_name="stock")
    bucket = models.CharField(max_length=20, blank=True)
    on_hand = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    sold = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "stock"
        constraints = [
            models.UniqueConstraint(
                fields=["games", "item", "location", "bucket"], name="stock_once"
            ),
            models.CheckConstraint(
                condition=models.Q(held__gte=0)
                & models.Q(sold__gte=0)
                & models.Q(on_hand__gte=models.F("held") + models.F("sold")),
                name="stock_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.location_id}"


class StockMove(models.Model):
    """One change of a stock row. Append only; the row is the sum of its moves."""

    pk = models.CompositePrimaryKey("games_id", "sequence")
    games_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    stock_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in MoveKind])
    on_hand = models.IntegerField()
    held = models.IntegerField()
    sold = models.IntegerField()
    ref = models.CharField(max_length=60)
    moved_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_move"

    def __str__(self) -> str:
        return f"{self.kind} {self.stock_id} {self.ref}"


class Hold(models.Model):
    """Pieces of one stock row that wait for somebody until a moment; a key may hold several."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="holds")
    key = models.CharField(max_length=60)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="holds")
    quantity = models.IntegerField()
    hold_state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in HoldState],
        default=HoldState.HELD.value,
    )
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "key", "stock"], name="hold_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="hold_of_something"),
        ]
        indexes = [
            models.Index(
                fields=["games", "expires_at"],
                condition=models.Q(hold_state="held"),
                name="holds_to_expire",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.quantity}"


class StockUnit(models.Model):
    """One numbered piece of an edition: the row is the serial."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="stock_units")
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="units")
    serial = models.IntegerField()
    unit_state = models.CharField(
        max_length=8,
        choices=[(s.value, s.value) for s in UnitState],
        default=UnitState.FREE.value,
    )
    ref = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stock", "serial"], name="serial_once")]
        indexes = [
            models.Index(
                fields=["stock", "serial"],
                condition=models.Q(unit_state="free"),
                name="free_units",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stock_id} no. {self.serial}"


class StockLease(models.Model):
    """Pieces that a till may sell while it is offline: it has ``quantity - sold`` of them."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="leases")
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="leases")
    holder = models.CharField(max_length=60)
    quantity = models.IntegerField()
    sold = models.IntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "holder", "stock"], name="lease_once"),
            models.CheckConstraint(
                condition=models.Q(sold__gte=0) & models.Q(sold__lte=models.F("quantity")),
                name="lease_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.sold} of {self.quantity}"
