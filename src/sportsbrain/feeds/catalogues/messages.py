"""A catalogue as people bring it."""

from dataclasses import dataclass, field

COLUMNS = {
    "product": "code of the product: rows of one code are its variants",
    "sku": "the article's own number; it is the item of the stock",
    "title": "what it is called in English; title:fr, title:ar … in other languages",
    "text": "a sentence about it; text:fr … in other languages",
    "kind": "article or service; article when empty (tickets come from the schedule)",
    "collections": "where it is found, with ; between",
    "discipline": "three letters, when it is of a sport",
    "delegation": "code, when it is of a team",
    "seller": "code of who sells it beside the committee",
    "tax_class": "standard when empty",
    "weight_g": "grams, for the parcel",
    "origin": "country it was made in, two letters",
    "hs_code": "number for the customs",
    "banned": "countries it is not sent to, with ; between",
    "gtin": "8 to 14 digits with the check digit",
    "option:…": "what makes the variant, such as option:size",
    "price:…": "price in a channel, such as price:web, as 12.50",
    "stock:…": "pieces at a location, such as stock:MAIN; taken where none are known yet",
}
NEEDED = ("product", "sku", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueIssue:
    """Something that can't be read, where, and what to do."""

    where: str
    value: str
    advice: str

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        return f"{self.where}{shown}: {self.advice}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantValues:
    """One article: prices by channel as they are written, pieces by location."""

    sku: str
    options: dict[str, str] = field(default_factory=dict)
    gtin: str = ""
    prices: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueProduct:
    """A product with its variants; ``given`` are the fields that the file says something of."""

    code: str
    titles: dict[str, str]
    variants: tuple[VariantValues, ...]
    texts: dict[str, str] = field(default_factory=dict)
    kind: str = "article"
    collections: tuple[str, ...] = ()
    discipline: str = ""
    delegation: str = ""
    seller: str = ""
    tax_class: str = "standard"
    weight_g: int = 0
    origin: str = ""
    hs_code: str = ""
    banned: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueChannel:
    """A channel that comes with a catalogue."""

    code: str
    name: str
    currency: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What was read: ``notes`` are said, ``issues`` stop it."""

    products: tuple[CatalogueProduct, ...] = ()
    channels: tuple[CatalogueChannel, ...] = ()
    locations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    issues: tuple[CatalogueIssue, ...] = ()
