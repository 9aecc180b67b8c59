"""Orders, lines, payments: large tables, keyed by Games, referred to by value."""

from django.db import models

from sportsbrain.vocabulary.shop import DisputeState, OrderState, PaymentState, RefundState


class Order(models.Model):
    """
    What somebody bought, with every amount as it was then.

    ``duty`` was charged, ``duty_due`` is about what the receiver pays the customs.
    """

    pk = models.CompositePrimaryKey("games_id", "number")
    games_id = models.BigIntegerField()
    number = models.BigIntegerField()
    idem_key = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=32)
    order_state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in OrderState])
    channel = models.CharField(max_length=20)
    drop = models.CharField(max_length=20)
    person = models.CharField(max_length=64)
    household = models.CharField(max_length=64, blank=True, default="")
    email = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    country = models.CharField(max_length=2)
    address = models.JSONField(default=dict)
    currency = models.CharField(max_length=3)
    is_tax_included = models.BooleanField()
    subtotal = models.BigIntegerField()
    discount = models.BigIntegerField()
    shipping = models.BigIntegerField()
    duty = models.BigIntegerField(default=0)
    duty_due = models.BigIntegerField(default=0)
    tax = models.BigIntegerField()
    total = models.BigIntegerField()
    promotions = models.JSONField(default=list)
    catalogue_version = models.IntegerField()
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    is_shipped = models.BooleanField(default=False)
    carrier = models.CharField(max_length=40, blank=True)

    class Meta:
        managed = False
        db_table = "shop_order"

    def __str__(self) -> str:
        return str(self.number)


class OrderLine(models.Model):
    """One line: prices, taxes, royalties frozen; ``pieces`` says from which stock rows it comes."""

    pk = models.CompositePrimaryKey("games_id", "number", "line")
    games_id = models.BigIntegerField()
    number = models.BigIntegerField()
    line = models.IntegerField()
    sku = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    quantity = models.IntegerField()
    unit_price = models.BigIntegerField()
    discount = models.BigIntegerField()
    tax_rate = models.IntegerField()
    tax = models.BigIntegerField()
    total = models.BigIntegerField()
    seller = models.CharField(max_length=20)
    commission = models.BigIntegerField()
    royalties = models.JSONField(default=list)
    pieces = models.JSONField(default=list)

    class Meta:
        managed = False
        db_table = "shop_orderline"

    def __str__(self) -> str:
        return f"{self.number}/{self.line}"


class Payment(models.Model):
    """An attempt to pay an order by a provider."""

    games_id = models.BigIntegerField()
    order_number = models.BigIntegerField()
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    payment_state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in PaymentState],
        default=PaymentState.CREATED.value,
    )
    dispute_state = models.CharField(
        max_length=6, blank=True, choices=[(s.value, s.value) for s in DisputeState]
    )
    disputed = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games_id", "provider", "reference"], name="payment_once"
            ),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0) & models.Q(refunded__lte=models.F("amount")),
                name="refund_at_most_what_was_paid",
            ),
        ]
        indexes = [models.Index(fields=["games_id", "order_number"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.reference}"


class PaymentEvent(models.Model):
    """What a provider told us, once each, also when it tells it twice or late."""

    games_id = models.BigIntegerField()
    provider = models.CharField(max_length=20)
    event = models.CharField(max_length=100)
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=100)
    told_state = models.CharField(max_length=12, blank=True)
    refunded = models.BigIntegerField(default=0)
    dispute_state = models.CharField(max_length=6, blank=True)
    disputed = models.BigIntegerField(default=0)
    body = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games_id", "provider", "event"], name="payment_event_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event}"


class Refund(models.Model):
    """Money that has to go back, and whether its provider was asked; ``key`` says for what."""

    games_id = models.BigIntegerField()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    why = models.CharField(max_length=200)
    refund_state = models.CharField(
        max_length=8,
        choices=[(s.value, s.value) for s in RefundState],
        default=RefundState.DUE.value,
    )
    answer = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games_id", "key"], name="refund_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_of_something"),
        ]
        indexes = [
            models.Index(
                fields=["games_id", "due_at"],
                condition=models.Q(refund_state="due"),
                name="refunds_to_send",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.amount}"
