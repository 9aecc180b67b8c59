"""What is known of rows that may be one person."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One person as one form holds it.

    Parameters
    ----------
    birth_date
        Year, month, day; zeros when nobody said.
    gender, nationality, document
        Empty when nobody said.

    """

    code: str
    family_name: str
    given_name: str
    birth_date: tuple[int, int, int] = (0, 0, 0)
    gender: str = ""
    nationality: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """
    Evidence in bits: how much more often it is seen between rows of one person than of two.

    Logarithms to the base 2 of ratios of probabilities, after Fellegi and Sunter.

    Parameters
    ----------
    family, given
        Of names that are equal, sound alike, differ by a slip, are a little alike, are others.
    born
        Of birth dates that are equal, with day and month exchanged, with one part wrong, others.
    least
        Pairs of so many bits are proposed.

    References
    ----------
    I. P. Fellegi, A. B. Sunter, A theory for record linkage, JASA 64 (1969).

    """

    family: tuple[float, float, float, float, float] = (8.0, 6.5, 5.0, -1.0, -5.0)
    given: tuple[float, float, float, float, float] = (6.0, 5.0, 4.0, -4.0, -8.5)
    born: tuple[float, float, float, float] = (13.0, 9.0, 4.0, -9.0)
    gender: tuple[float, float] = (1.0, -5.0)
    nationality: tuple[float, float] = (3.0, -4.0)
    document: tuple[float, float] = (18.0, -1.0)
    exchanged: float = -1.0
    least: float = 17.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """
    Rows to compare; only pairs with one of ``asked`` when there are any.

    Raises
    ------
    ValueError
        When two rows have one code, or an asked one is not there.

    """

    rows: tuple[Row, ...]
    asked: frozenset[str] = frozenset()
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        codes = {row.code for row in self.rows}
        if len(codes) != len(self.rows):
            message = "two rows have one code"
            raise ValueError(message)
        missing = sorted(self.asked - codes)
        if missing:
            message = f"no row {missing[0]!r} to compare"
            raise ValueError(message)
