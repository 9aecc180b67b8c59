"""The Games tables: every sheet and column, typed and explained."""

from dataclasses import dataclass, field
from typing import Any

from sportsbrain.vocabulary.people import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    kind: str = "text"
    is_required: bool = False
    refers_to: str = ""
    choices: tuple[str, ...] = ()
    help_text: str = ""
    example: str = ""
    length_max: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet: its key is the column ``code``."""

    name: str
    help_text: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return one column by its name."""
        return next(c for c in self.columns if c.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One parsed row: where it stood and its typed values."""

    table: str
    file_name: str
    line: int
    values: dict[str, Any]
    raw: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is wrong with one row, or worth a word."""

    table: str
    file_name: str
    line: int
    reason: str
    column: str = ""
    value: str = ""
    advice: str = ""
    is_warning: bool = False
    raw: dict[str, str] = field(default_factory=dict)


def _code(example: str, help_text: str = "The key, unique in this table") -> Column:
    return Column(
        name="code", is_required=True, help_text=help_text, example=example, length_max=80
    )


def _name(example: str) -> Column:
    return Column(name="name", help_text="What people call it", example=example)


GENDERS = ("M", "W", "X", "O")
STATUSES = [
    "UNSCHEDULED",
    "SCHEDULED",
    "GETTING_READY",
    "RUNNING",
    "SCHEDULED_BREAK",
    "INTERRUPTED",
    "DELAYED",
    "POSTPONED",
    "RESCHEDULED",
    "CANCELLED",
    "FINISHED",
]

TABLES: tuple[Table, ...] = (
    Table(
        name="games",
        help_text="One row: the edition itself.",
        columns=(
            _code("RIVERA30"),
            _name("Rivera Games 2030"),
            Column(name="city", help_text="Host city", example="Rivera"),
            Column(name="time_zone", help_text="IANA time zone", example="Europe/Lisbon"),
            Column(name="starts_on", kind="date", is_required=True, example="2030-07-19"),
            Column(name="ends_on", kind="date", is_required=True, example="2030-08-04"),
        ),
    ),
    Table(
        name="organisations",
        help_text="National bodies that send delegations.",
        columns=(_code("NOR"), _name("Norland")),
    ),
    Table(
        name="venues",
        help_text="Sites.",
        columns=(
            _code("STA"),
            _name("River Stadium"),
            Column(name="latitude", kind="float", help_text="Degrees north", example="48.86"),
            Column(name="longitude", kind="float", help_text="Degrees east", example="2.35"),
            Column(
                name="time_zone",
                help_text="Only when it differs from the Games'",
                example="Pacific/Tahiti",
                length_max=60,
            ),
            Column(name="zone", help_text="Transport zone", example="north", length_max=40),
            Column(name="spectators_max", kind="int", help_text="Ticketed seats", example="40000"),
            Column(name="is_indoor", kind="bool", help_text="yes or no", example="no"),
        ),
    ),
    Table(
        name="locations",
        help_text="Places in a venue where units run: fields of play.",
        columns=(
            _code("STA1"),
            Column(name="venue", is_required=True, refers_to="venues", example="STA"),
            _name("River Stadium, track"),
            Column(
                name="units_at_once",
                kind="int",
                help_text="How many units may run here at once; 1 when empty",
                example="1",
            ),
        ),
    ),
    Table(
        name="buildings",
        help_text="Houses of the athletes' villages, and hotels that belong to them.",
        columns=(
            _code("B01"),
            _name("Poplar House"),
            Column(
                name="village",
                is_required=True,
                help_text="Which village",
                example="River village",
                length_max=120,
            ),
            Column(name="latitude", kind="float", help_text="Degrees north", example="48.92"),
            Column(name="longitude", kind="float", help_text="Degrees east", example="2.33"),
            Column(
                name="walk_minutes",
                kind="float",
                help_text="To dining hall and transport mall and back, together; 10 when empty",
                example="12",
            ),
            Column(
                name="quiet_floors",
                kind="numbers",
                help_text="Floors for those who compete next day, with blanks between",
                example="2 5",
            ),
        ),
    ),
    Table(
        name="rooms",
        help_text="Rooms of the villages: an apartment is what has one door.",
        columns=(
            _code("B01-203a"),
            Column(name="building", is_required=True, refers_to="buildings", example="B01"),
            Column(
                name="floor",
                kind="int",
                is_required=True,
                help_text="0 is the ground floor",
                example="2",
            ),
            Column(
                name="apartment",
                is_required=True,
                help_text="What has one door",
                example="B01-203",
                length_max=80,
            ),
            Column(name="beds", kind="int", is_required=True, example="2"),
            Column(
                name="long_beds", kind="int", help_text="For the tall; 0 when empty", example="1"
            ),
            Column(name="is_accessible", kind="bool", help_text="yes or no", example="no"),
        ),
    ),
    Table(
        name="disciplines",
        help_text="Disciplines by their three-letter code.",
        columns=(_code("JUD"), _name("Judo")),
    ),
    Table(
        name="events",
        help_text="Contests with medals of their own.",
        columns=(
            _code("JUDM60KG", "Discipline, gender, event: the first 22 characters of the RSC"),
            Column(name="discipline", is_required=True, refers_to="disciplines", example="JUD"),
            Column(
                name="gender",
                is_required=True,
                choices=GENDERS,
                help_text="M, W, X (mixed) or O (open)",
                example="M",
            ),
            _name("Men -60 kg"),
        ),
    ),
    Table(
        name="phases",
        help_text="Stages of an event, in order; equal order means side by side.",
        columns=(
            _code("JUDM60KG--------------FNL-", "The first 26 characters of the RSC"),
            Column(name="event", is_required=True, refers_to="events", example="JUDM60KG"),
            _name("Final"),
            Column(name="order", kind="int", help_text="1 is first", example="5"),
        ),
    ),
    Table(
        name="sessions",
        help_text="Ticketed blocks of units at one venue; derived when this sheet is empty.",
        columns=(
            _code("JUD01"),
            Column(name="venue", is_required=True, refers_to="venues", example="STA"),
            Column(name="discipline", is_required=True, refers_to="disciplines", example="JUD"),
            Column(name="starts_at", kind="datetime", is_required=True),
            Column(name="ends_before", kind="datetime", is_required=True),
            Column(name="is_ticketed", kind="bool", example="yes"),
        ),
    ),
    Table(
        name="units",
        help_text="The smallest things on the schedule.",
        columns=(
            _code("JUDM60KG--------------FNL-000100--", "The RSC, 34 characters"),
            Column(
                name="rsc",
                kind="rsc",
                is_required=True,
                help_text="34 characters: discipline 3, gender 1, event 18, phase 4, unit 8",
            ),
            Column(name="phase", is_required=True, refers_to="phases"),
            _name("Final"),
            Column(
                name="medal",
                choices=("0", "1", "3"),
                help_text="1 decides gold, 3 bronze, 0 none",
                example="1",
            ),
            Column(name="schedule_status", choices=tuple(STATUSES), example="SCHEDULED"),
            Column(name="location", refers_to="locations", example="STA1"),
            Column(name="session", refers_to="sessions", example="JUD01"),
            Column(name="starts_at", kind="datetime", help_text="With offset, or local"),
            Column(name="ends_before", kind="datetime"),
            Column(name="is_pinned", kind="bool", help_text="yes: planners may not move it"),
        ),
    ),
    Table(
        name="participants",
        help_text="People who compete.",
        columns=(
            _code("P0001"),
            Column(name="organisation", is_required=True, refers_to="organisations", example="NOR"),
            _name("Ada Norr"),
            Column(name="gender", choices=("M", "F", "W", "X"), example="F"),
            Column(name="birth_date", kind="date", example="2004-05-06"),
            Column(name="height_cm", kind="int", example="171"),
            Column(name="is_withdrawn", kind="bool", help_text="yes: does not come", example="no"),
        ),
    ),
    Table(
        name="teams",
        help_text="Pairs and teams that compete as one.",
        columns=(
            _code("BK3MTEAM3---NOR01"),
            Column(name="organisation", is_required=True, refers_to="organisations", example="NOR"),
            _name("Norland"),
            Column(
                name="members",
                kind="codes",
                refers_to="participants",
                help_text="Participant codes with blanks between",
                example="P0001 P0002",
            ),
        ),
    ),
    Table(
        name="entries",
        help_text="Registrations: one competitor in one event.",
        columns=(
            _code("JUDM60KG/P0001"),
            Column(name="event", is_required=True, refers_to="events", example="JUDM60KG"),
            Column(
                name="competitor",
                is_required=True,
                refers_to="competitors",
                help_text="A participant or a team",
                example="P0001",
            ),
            Column(
                name="standing",
                choices=tuple(s.value for s in Standing),
                help_text="entered when empty",
                example="entered",
            ),
            Column(name="mark", length_max=20, help_text="Best result so far", example="1:45.20"),
        ),
    ),
    Table(
        name="results",
        help_text="What one competitor did in one unit.",
        columns=(
            _code("JUDM60KG--------------FNL-000100--/P0001"),
            Column(name="unit", is_required=True, refers_to="units"),
            Column(name="competitor", is_required=True, refers_to="competitors"),
            Column(name="start_order", length_max=10, help_text="Number, lane or colour"),
            Column(name="rank", kind="int"),
            Column(name="value", length_max=60),
            Column(name="value_kind", length_max=20),
            Column(name="win_loss", choices=("W", "L", "T"), length_max=1),
            Column(name="irregularity", length_max=10),
            Column(name="qualified", length_max=10),
            Column(name="finished_at", kind="datetime"),
        ),
    ),
    Table(
        name="medals",
        help_text="Medals won.",
        columns=(
            _code("JUDM60KG/GOLD/1"),
            Column(name="event", refers_to="events"),
            Column(name="organisation", is_required=True, refers_to="organisations"),
            Column(name="kind", is_required=True, choices=("GOLD", "SILVER", "BRONZE")),
            Column(name="won_on", kind="date", is_required=True),
        ),
    ),
)
BY_NAME = {table.name: table for table in TABLES}
