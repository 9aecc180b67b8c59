"""A list of people as organisations bring it."""

from dataclasses import dataclass, field


def _(text: str) -> str:
    """Mark a text for translation: parsers know no Django."""
    return text


COLUMNS = {
    "code": _("your own number of the person; the same number again changes the person"),
    "organisation": _("code of the organisation that registers"),
    "category": _("code of the category"),
    "family_name": _("as in the passport"),
    "given_name": _("as in the passport"),
    "birth_date": _("year-month-day, such as 2004-05-31"),
    "gender": _("M, W, X or empty"),
    "nationality": _("three capital letters"),
    "document": _("number of passport or identity card"),
    "email": _("address"),
    "phone": _("with the country's code"),
    "function": _("what the person does, such as coach"),
    "guardian": _("of a minor: name and telephone"),
    "needs": _("what to prepare: wheelchair, diet, interpreter"),
    "starts_on": _("first day of the card, when not that of everybody"),
    "ends_on": _("last day of the card"),
}
NEEDED = ("code", "organisation", "category")
DATES = ("birth_date", "starts_on", "ends_on")
PHOTO_TYPES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One line of a list: cells by column, and what other columns say."""

    line: int
    cells: dict[str, str]
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIssue:
    """A line or a picture that can't be read, and what to do."""

    line: int
    column: str
    value: str
    reason: str
    advice: str

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        place = f"line {self.line}, {self.column}" if self.line else self.column
        return f"{place}{shown}: {self.reason}: {self.advice}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFile:
    """What a file holds: its lines, the columns nobody knows, pictures by code."""

    rows: tuple[PersonRow, ...]
    issues: tuple[PersonIssue, ...]
    others: tuple[str, ...] = ()
    photos: dict[str, str] = field(default_factory=dict)
