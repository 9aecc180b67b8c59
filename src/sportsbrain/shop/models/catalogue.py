"""What is sold, where, for how much."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

from sportsbrain.committee.models import Games
from sportsbrain.vocabulary.shop import DutyTerms, ProductKind, PromotionKind


class CatalogueState(models.Model):
    """The version of the catalogue: every change makes it larger, so that readers know."""

    games = models.OneToOneField(Games, on_delete=models.CASCADE, related_name="catalogue")
    version = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.games_id} {self.version}"


class Channel(models.Model):
    """Where things are sold: the web, a store, the village, business; one currency each."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="channels")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    is_tax_included = models.BooleanField(default=True)
    country = models.CharField(max_length=2, default="")
    locations = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="channel_once")]

    def __str__(self) -> str:
        return self.code


class Seller(models.Model):
    """Who sells beside the committee: a licensee, a brand; it pays a commission."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="sellers")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    commission = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="seller_once")]

    def __str__(self) -> str:
        return self.code


class Product(models.Model):
    """
    An article, a ticket, a service; titles and texts by language.

    ``words`` is all that it is found by, folded: see `vocabulary.words.folded`. ``channels`` are
    those with a price; of a ticket ``starts_at`` is when its session was sold for.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="products")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in ProductKind])
    titles = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    discipline = models.CharField(max_length=3, blank=True)
    delegation = models.CharField(max_length=20, blank=True)
    collections = models.JSONField(default=list)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, null=True, related_name="+")
    tax_class = models.CharField(max_length=20, default="standard")
    weight_g = models.IntegerField(default=0)
    origin = models.CharField(max_length=2, blank=True)
    hs_code = models.CharField(max_length=12, blank=True)
    banned = models.JSONField(default=list)
    session = models.CharField(max_length=20, blank=True)
    is_live = models.BooleanField(default=True)
    starts_at = models.DateTimeField(null=True)
    channels = models.JSONField(default=list)
    words = models.TextField(blank=True)
    search = models.GeneratedField(
        expression=SearchVector("words", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="product_once")]
        indexes = [
            GinIndex(fields=["search"], name="product_search", fastupdate=False),
            GinIndex(
                fields=["words"], opclasses=["gin_trgm_ops"], name="product_words", fastupdate=False
            ),
            GinIndex(fields=["collections"], opclasses=["jsonb_path_ops"], name="product_in"),
            models.Index(fields=["games", "discipline"], name="product_discipline"),
            models.Index(
                "games", models.F("starts_at").asc(nulls_first=True), "code", name="product_order"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Variant(models.Model):
    """What is put in a cart: its SKU is the item of the stock ledger."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="variants")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=60)
    options = models.JSONField(default=dict)
    gtin = models.CharField(max_length=14, blank=True)
    is_numbered = models.BooleanField(default=False)
    seating = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "sku"], name="sku_once")]

    def __str__(self) -> str:
        return self.sku


class Price(models.Model):
    """What a variant costs in a channel, from a moment until another."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="prices")
    amount = models.BigIntegerField()
    starts_at = models.DateTimeField(null=True)
    ends_before = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "channel", "starts_at"],
                name="price_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_not_below_0"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.amount}"


class Destination(models.Model):
    """
    A country behind a customs border: who pays, and the duty by the beginning of an HS number.

    ``rates``: (first digits, parts per million) each, the longest that fits counts. ``free_below``:
    by currency, what goods may be worth without a duty.
    """

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="destinations")
    country = models.CharField(max_length=2)
    terms = models.CharField(max_length=12, choices=[(t.value, t.value) for t in DutyTerms])
    rates = models.JSONField(default=list)
    free_below = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "country"], name="destination_once")
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.terms}"


class TaxRate(models.Model):
    """The tax of a class of goods in a country, in parts per million."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="tax_rates")
    country = models.CharField(max_length=2)
    tax_class = models.CharField(max_length=20)
    rate = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["games", "country", "tax_class"], name="tax_rate_once")
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.tax_class} {self.rate}"


class Promotion(models.Model):
    """What is taken off, by itself or for who knows the code."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="promotions")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in PromotionKind])
    value = models.BigIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    collections = models.JSONField(default=list)
    least = models.BigIntegerField(default=0)
    needs_code = models.BooleanField(default=False)
    is_counted = models.BooleanField(default=False)
    starts_at = models.DateTimeField(null=True)
    ends_before = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["games", "code"], name="promotion_once")]

    def __str__(self) -> str:
        return self.code


class ShippingRate(models.Model):
    """What a carrier asks for a parcel up to a weight to some countries."""

    games = models.ForeignKey(Games, on_delete=models.CASCADE, related_name="shipping_rates")
    zone = models.CharField(max_length=20)
    countries = models.JSONField(default=list)
    carrier = models.CharField(max_length=40)
    weight_max_g = models.IntegerField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["games", "zone", "carrier", "weight_max_g", "currency"],
                name="shipping_rate_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.carrier}"
