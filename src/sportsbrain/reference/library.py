"""
The library of sports: what each discipline looks like on a schedule.

Numbers of events, fields of play, durations and formats follow the shape of published schedules of
large games; minutes include the usual delays. A ladder is a list of rounds: (phase, order, units,
minutes).
"""

from dataclasses import dataclass

Round = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sport:
    """
    One discipline of the library.

    ``change`` is the minutes between two units on one place; above an hour each has a session of
    its own.
    """

    code: str
    name: str
    venue_kind: str
    events: tuple[tuple[str, int], ...]
    ladder: tuple[Round, ...]
    fields: int = 1
    entries: int = 32
    team_size: int = 1
    is_one_day: bool = False
    days: tuple[int, int] = (1, 16)
    seats: int = 6000
    doubling: float = 0.0
    change: int = 5

    @property
    def event_count(self) -> int:
        """Return the number of events."""
        return sum(count for _, count in self.events)


def _knockout(first: int, minutes: int, final: int = 0) -> tuple[Round, ...]:
    names = {
        64: ("R64-", 50),
        32: ("R32-", 60),
        16: ("8FNL", 80),
        8: ("QFNL", 100),
        4: ("SFNL", 160),
    }
    rounds: list[Round] = []
    size = first
    while size >= 4:
        phase, order = names[size]
        rounds.append((phase, order, size // 2, minutes))
        size //= 2
    rounds.append(("FNL-", 200, 2, final or minutes))
    return tuple(rounds)


def _mat(first: int, minutes: int) -> tuple[Round, ...]:
    """Return a combat ladder with repechage and two bronze bouts."""
    base = _knockout(first, minutes)
    return (*base[:-1], ("REPF", 180, 2, minutes), ("FNL-", 200, 1, minutes + 2))


def _groups(groups: int, size: int, minutes: int, quarter: bool = True) -> tuple[Round, ...]:  # noqa: FBT001, FBT002
    games = size * (size - 1) // 2
    rounds: list[Round] = [(f"GP{'ABCDEF'[g]}-", 40, games, minutes) for g in range(groups)]
    if quarter:
        rounds.append(("QFNL", 100, 4, minutes))
    return (*rounds, ("SFNL", 160, 2, minutes), ("FNL-", 200, 2, minutes + 10))


def _mw(men: int, women: int, mixed: int = 0) -> tuple[tuple[str, int], ...]:
    return tuple((g, n) for g, n in (("M", men), ("W", women), ("X", mixed)) if n)


HEATS: tuple[Round, ...] = (("HEAT", 40, 1, 20), ("SFNL", 160, 1, 12), ("FNL-", 200, 1, 8))
QUAL: tuple[Round, ...] = (("QUAL", 30, 1, 75), ("FNL-", 200, 1, 45))
APART = 65
# fmt: off
SPORTS: tuple[Sport, ...] = (
    Sport(code="ATH", name="Athletics", venue_kind="stadium", events=_mw(22, 22, 1), ladder=(("RND1", 40, 1, 35), ("SFNL", 160, 1, 22), ("FNL-", 200, 1, 18)), fields=2, entries=42, days=(7, 16), seats=60000, doubling=0.15),
    Sport(code="SWM", name="Swimming", venue_kind="pool", events=_mw(17, 17, 1), ladder=HEATS, entries=34, days=(1, 9), seats=15000, doubling=0.55),
    Sport(code="JUD", name="Judo", venue_kind="hall", events=_mw(7, 7, 1), ladder=_mat(32, 7), fields=2, entries=26, is_one_day=True, days=(1, 8), seats=8000),
    Sport(code="GAR", name="Artistic gymnastics", venue_kind="arena", events=_mw(7, 7), ladder=QUAL, entries=40, days=(1, 10), seats=15000, doubling=0.8),
    Sport(code="FEN", name="Fencing", venue_kind="hall", events=_mw(6, 6), ladder=(("R32-", 60, 8, 28), *_knockout(16, 28, 40)), fields=4, entries=34, is_one_day=True, days=(1, 9), seats=8000, doubling=0.5),
    Sport(code="BKB", name="Basketball", venue_kind="arena", events=_mw(1, 1), ladder=_groups(3, 4, 105), entries=12, team_size=12, seats=20000, change=APART),
    Sport(code="TTE", name="Table tennis", venue_kind="hall", events=_mw(2, 2, 1), ladder=_knockout(64, 45, 70), fields=4, entries=44, days=(1, 15), doubling=0.5),
    Sport(code="SHO", name="Shooting", venue_kind="range", events=_mw(6, 6, 3), ladder=QUAL, fields=2, entries=26, days=(1, 10), seats=2000, doubling=0.3),
    Sport(code="WLF", name="Weightlifting", venue_kind="hall", events=_mw(5, 5), ladder=(("FNL-", 200, 1, 135),), entries=12, days=(12, 16)),
    Sport(code="WRE", name="Wrestling", venue_kind="hall", events=_mw(12, 6), ladder=_mat(16, 8), fields=3, entries=16, days=(10, 16), seats=8000),
    Sport(code="BDM", name="Badminton", venue_kind="hall", events=_mw(2, 2, 1), ladder=(("GPA-", 40, 12, 45), ("GPB-", 40, 12, 45), *_knockout(16, 50, 60)), fields=3, entries=30, days=(1, 10), doubling=0.3),
    Sport(code="HOC", name="Hockey", venue_kind="field", events=_mw(1, 1), ladder=_groups(2, 6, 90), fields=2, entries=12, team_size=16, days=(1, 14), seats=9000),
    Sport(code="CRD", name="Road cycling", venue_kind="road", events=_mw(2, 2), ladder=(("FNL-", 200, 1, 210),), entries=60, days=(1, 9), seats=3000, doubling=0.4),
    Sport(code="TRI", name="Triathlon", venue_kind="road", events=_mw(1, 1, 1), ladder=(("FNL-", 200, 1, 115),), entries=40, days=(4, 10), seats=3000, doubling=0.4),
    Sport(code="BK3", name="3x3 basketball", venue_kind="park", events=_mw(1, 1), ladder=_groups(2, 4, 25), entries=8, team_size=4, days=(4, 10), seats=4000),
    Sport(code="BOX", name="Boxing", venue_kind="hall", events=_mw(7, 6), ladder=_knockout(16, 16), entries=18, days=(1, 15), seats=6000),
    Sport(code="RU7", name="Rugby sevens", venue_kind="stadium", events=_mw(1, 1), ladder=(("GPA-", 40, 6, 24), ("GPB-", 40, 6, 24), ("GPC-", 40, 6, 24), ("QFNL", 100, 6, 24), ("SFNL", 160, 6, 24), ("FNL-", 200, 4, 28)), entries=12, team_size=12, days=(0, 5), seats=60000),
    Sport(code="DIV", name="Diving", venue_kind="pool", events=_mw(4, 4), ladder=(("PREL", 20, 1, 140), ("FNL-", 200, 1, 85)), entries=16, days=(1, 16), seats=5000, doubling=0.2),
    Sport(code="TEN", name="Tennis", venue_kind="courts", events=_mw(2, 2, 1), ladder=_knockout(64, 110, 130), fields=8, entries=46, days=(1, 9), seats=12000, doubling=0.4),
    Sport(code="ROW", name="Rowing", venue_kind="water", events=_mw(7, 7), ladder=(("HEAT", 40, 3, 9), ("REP-", 70, 1, 9), ("SFNL", 160, 2, 9), ("FNL-", 200, 2, 10)), entries=13, team_size=2, days=(1, 8), seats=9000),
    Sport(code="CTR", name="Track cycling", venue_kind="velodrome", events=_mw(6, 6), ladder=(("QUAL", 30, 1, 45), ("RND1", 40, 1, 30), ("FNL-", 200, 1, 25)), entries=14, days=(10, 16), seats=5000, doubling=0.5),
    Sport(code="TKW", name="Taekwondo", venue_kind="hall", events=_mw(4, 4), ladder=_mat(16, 13), fields=2, entries=16, is_one_day=True, days=(12, 15), seats=7000),
    Sport(code="GRY", name="Rhythmic gymnastics", venue_kind="arena", events=_mw(0, 2), ladder=QUAL, entries=20, days=(13, 15)),
    Sport(code="SAL", name="Sailing", venue_kind="marina", events=_mw(4, 4, 2), ladder=(("PREL", 20, 10, 45), ("FNL-", 200, 1, 40)), fields=4, entries=22, days=(2, 13), seats=1500),
    Sport(code="FBL", name="Football", venue_kind="ground", events=_mw(1, 1), ladder=_groups(3, 4, 110), entries=14, team_size=18, days=(0, 15), seats=35000, fields=2, change=APART),
    Sport(code="HBL", name="Handball", venue_kind="arena", events=_mw(1, 1), ladder=_groups(2, 6, 95), entries=12, team_size=14, seats=8000, change=APART),
    Sport(code="VVO", name="Volleyball", venue_kind="arena", events=_mw(1, 1), ladder=_groups(3, 4, 125), entries=12, team_size=12, seats=10000, change=APART),
    Sport(code="VBV", name="Beach volleyball", venue_kind="beach", events=_mw(1, 1), ladder=(*_groups(6, 4, 55)[:6], ("8FNL", 80, 8, 55), ("QFNL", 100, 4, 55), ("SFNL", 160, 2, 55), ("FNL-", 200, 2, 60)), entries=24, team_size=2, seats=12000),
    Sport(code="WPO", name="Water polo", venue_kind="pool", events=_mw(1, 1), ladder=_groups(2, 6, 85), entries=12, team_size=13, seats=5000),
    Sport(code="ARC", name="Archery", venue_kind="park", events=_mw(2, 2, 1), ladder=(("RANK", 20, 1, 120), *_knockout(32, 14, 20)), entries=32, days=(0, 9), seats=7000, doubling=0.7),
    Sport(code="EQU", name="Equestrian", venue_kind="park", events=(("O", 6),), ladder=(("QUAL", 30, 1, 240), ("FNL-", 200, 1, 150)), entries=32, days=(1, 11), seats=15000, doubling=0.8),
    Sport(code="CSP", name="Canoe sprint", venue_kind="water", events=_mw(5, 5), ladder=(("HEAT", 40, 3, 8), ("SFNL", 160, 2, 8), ("FNL-", 200, 1, 10)), entries=18, days=(11, 15), seats=9000, doubling=0.3),
    Sport(code="CSL", name="Canoe slalom", venue_kind="rapids", events=_mw(3, 3), ladder=(("HEAT", 40, 1, 70), ("SFNL", 160, 1, 45), ("FNL-", 200, 1, 35)), entries=18, days=(1, 10), seats=8000, doubling=0.3),
    Sport(code="GTR", name="Trampoline gymnastics", venue_kind="arena", events=_mw(1, 1), ladder=QUAL, entries=16, days=(7, 7)),
    Sport(code="SWA", name="Artistic swimming", venue_kind="pool", events=(("W", 1), ("X", 1)), ladder=(("PREL", 20, 2, 80), ("FNL-", 200, 1, 90)), entries=14, team_size=4, days=(10, 15), seats=5000),
    Sport(code="OWS", name="Open water swimming", venue_kind="road", events=_mw(1, 1), ladder=(("FNL-", 200, 1, 140),), entries=26, days=(13, 14), seats=2000),
    Sport(code="ATR", name="Road athletics", venue_kind="road", events=_mw(1, 1, 1), ladder=(("FNL-", 200, 1, 170),), entries=70, days=(6, 16), seats=3000),
    Sport(code="MPN", name="Modern pentathlon", venue_kind="park", events=_mw(1, 1), ladder=(("RANK", 20, 1, 150), ("SFNL", 160, 2, 120), ("FNL-", 200, 1, 100)), entries=36, days=(13, 16), seats=8000),
    Sport(code="GLF", name="Golf", venue_kind="course", events=_mw(1, 1), ladder=(("FNL-", 200, 4, 540),), entries=60, days=(6, 15), seats=20000),
    Sport(code="SKB", name="Skateboarding", venue_kind="urban", events=_mw(2, 2), ladder=QUAL, entries=22, days=(1, 12), seats=5000),
    Sport(code="CLB", name="Sport climbing", venue_kind="urban", events=_mw(2, 2), ladder=(("QUAL", 30, 1, 90), ("SFNL", 160, 1, 80), ("FNL-", 200, 1, 60)), entries=18, days=(10, 15), seats=5000),
    Sport(code="SRF", name="Surfing", venue_kind="coast", events=_mw(1, 1), ladder=(("PREL", 20, 8, 36), *_knockout(16, 36)), entries=24, days=(1, 9), seats=500),
    Sport(code="BKG", name="Breaking", venue_kind="urban", events=_mw(1, 1), ladder=(("GPA-", 40, 6, 8), ("GPB-", 40, 6, 8), *_knockout(8, 9)), entries=16, is_one_day=True, days=(14, 15), seats=5000),
    Sport(code="BMX", name="BMX racing", venue_kind="track", events=_mw(1, 1), ladder=(("QFNL", 100, 3, 20), ("SFNL", 160, 3, 15), ("FNL-", 200, 1, 10)), entries=24, days=(6, 7), seats=4000),
    Sport(code="BMF", name="BMX freestyle", venue_kind="urban", events=_mw(1, 1), ladder=QUAL, entries=12, days=(4, 5), seats=5000),
    Sport(code="MTB", name="Mountain bike", venue_kind="hill", events=_mw(1, 1), ladder=(("FNL-", 200, 1, 95),), entries=36, days=(2, 3), seats=8000),
)
# fmt: on
BY_CODE = {sport.code: sport for sport in SPORTS}
