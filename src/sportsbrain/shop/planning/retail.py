"""What to move between the warehouse and the stores tonight: facts → problem → plan."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from sportsbrain.brain.retail.check import check
from sportsbrain.brain.retail.plan import Haul, RetailPlan
from sportsbrain.brain.retail.problem import Item, Problem, Store
from sportsbrain.brain.retail.solve import solve
from sportsbrain.committee.queries import GamesRow, games_clock
from sportsbrain.ledger.queries import location_rows, stock_rows
from sportsbrain.plans.actions import Answered, Outcome, draft_answer
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import Sources, changes_for, load_slice_rules, schedule_now
from sportsbrain.shop.actions.hauls import PLANNER
from sportsbrain.shop.queries import Article, articles
from sportsbrain.vocabulary.changes import GoldMedals, of_kind
from sportsbrain.vocabulary.planning import Order, Progress, Score
from sportsbrain.vocabulary.trade import LocationKind
from sportsbrain.world.queries import golds_by_organisation, venue_lines

STORES = (LocationKind.STORE.value, LocationKind.VILLAGE.value)
DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The night's problem, and what was assumed to make it."""

    problem: Problem
    day: dt.date
    assumptions: tuple[str, ...]

    @property
    def problem_hash(self) -> str:
        """Return the fingerprint of the problem."""
        return self.problem.fingerprint()


def build_retail(*, games: GamesRow, order: Order, day: dt.date | None = None) -> Built:
    """
    Return tonight's problem: the stock as it is, the demand of tomorrow.

    Raises
    ------
    NothingToPlanError
        Without stores, or without articles in stock.

    """
    rules = load_slice_rules("shop", games.rules_name)["retail"]
    places = location_rows(games_id=games.id)
    stores = [place.code for place in places if place.kind in STORES]
    if not stores:
        message = "no stock location is a store: give one the code of its venue"
        raise NothingToPlanError(message)
    kinds = {place.code: place.kind for place in places}
    known = {row.sku: row for row in articles(games_id=games.id)}
    stock: dict[str, Counter[str]] = {sku: Counter() for sku in known}
    sold: Counter[str] = Counter()
    for row in stock_rows(games_id=games.id):
        if row.item in stock and not row.bucket:
            stock[row.item][row.location] += row.free
            sold[row.item] += row.sold
    skus = [sku for sku in sorted(stock) if any(stock[sku].values())]
    if not skus:
        message = "no article is in stock: receive a delivery first"
        raise NothingToPlanError(message)
    tomorrow = day or next_day(games)
    visitors, sports = _visitors(games, order, stores, tomorrow, rules)
    golds = _golds(games, order)
    asked = _asked([known[sku] for sku in skus], sold, golds, rules)
    means = [
        tuple(
            round(visitors[store] * asked[sku] * _sport(known[sku], sports[store], rules), 6)
            for store in stores
        )
        for sku in skus
    ]
    held = {store: sum(stock[sku][store] for sku in skus) for store in stores}
    problem = Problem(
        items=tuple(
            Item(code=sku, margin=max(1.0, known[sku].price * rules["margin_share"]),
                 warehouse=sum(n for place, n in stock[sku].items()
                               if kinds.get(place) == LocationKind.WAREHOUSE.value))
            for sku in skus
        ),
        stores=tuple(Store(code=s, room=max(int(rules["room"]), held[s])) for s in stores),
        stock=tuple(tuple(max(0, stock[sku][store]) for store in stores) for sku in skus),
        means=tuple(means), dispersion=float(rules["dispersion"]),
        move_cost=float(rules["move_cost"]), trucks=int(rules["trucks"]),
    )  # fmt: skip
    return Built(problem=problem, day=tomorrow, assumptions=(
        f"{sum(visitors.values()):,.0f} visitors of stores on {tomorrow:%d %b},"
        f" {rules['pieces_a_visitor']:g} pieces each",
        "articles sell as they did until now; a sport's articles more where it is,"
        " a delegation's more for each gold",
    ))  # fmt: skip


def _golds(games: GamesRow, order: Order) -> Counter[str]:
    """Return the gold medals of delegations, with those that are asked about."""
    golds = Counter(golds_by_organisation(games_id=games.id))
    for change in of_kind(changes_for(games_id=games.id, order=order), GoldMedals):
        golds[change.delegation] += change.medals
    return golds


def _asked(
    known: Sequence[Article], sold: Counter[str], golds: Counter[str], rules: dict[str, Any]
) -> dict[str, float]:
    """Return how many pieces of each article a visitor asks for where no sport is near."""
    total = sum(sold[article.sku] + 1 for article in known)
    return {
        article.sku: (sold[article.sku] + 1) / total * rules["pieces_a_visitor"]
        * _lift(article, golds, rules)
        for article in known
    }  # fmt: skip


def demand_until_end(
    *, games: GamesRow, order: Order, first: dt.date, known: Sequence[Article],
    sold: Counter[str], rules: dict[str, Any],
) -> dict[str, float]:  # fmt: skip
    """Return what of each article is asked for in the stores from a day until the Games end."""
    stores = [row.code for row in location_rows(games_id=games.id) if row.kind in STORES]
    asked = _asked(known, sold, _golds(games, order), rules)
    found = dict.fromkeys(asked, 0.0)
    day = first
    while day <= games.ends_on:
        visitors, sports = _visitors(games, order, stores, day, rules)
        for article in known:
            found[article.sku] += asked[article.sku] * sum(
                visitors[store] * _sport(article, sports[store], rules) for store in stores
            )
        day += dt.timedelta(days=1)
    return found


def next_day(games: GamesRow) -> dt.date:
    """Return the next day of the Games: the first before they begin."""
    clock = games_clock(games_id=games.id, now=dt.datetime.now(dt.UTC))
    return min(max(clock.date() + dt.timedelta(days=1), games.starts_on), games.ends_on)


def _visitors(
    games: GamesRow, order: Order, stores: list[str], day: dt.date, rules: dict[str, Any]
) -> tuple[dict[str, float], dict[str, set[str]]]:
    """Return who comes by each store on a day, and which sports are there."""
    seats = {row.code: row.spectators_max or 0 for row in venue_lines(games_id=games.id)}
    schedule = schedule_now(games=games, sources=Sources(numbers=order.sources))
    first = (day - games.starts_on).days * DAY - games.utc_offset
    visitors = dict.fromkeys(stores, 0.0)
    sports: dict[str, set[str]] = {store: set() for store in stores}
    for session in schedule.sessions:
        if session.venue in visitors and first <= session.starts_at < first + DAY:
            visitors[session.venue] += seats.get(session.venue, 0) * rules["fill"]
            sports[session.venue].add(session.discipline)
    for store in stores:
        if store not in seats:
            visitors[store] = float(rules["street_visitors"])
    return visitors, sports


def _lift(article: Article, golds: dict[str, int], rules: dict[str, Any]) -> float:
    """Return how much more of an article is asked for because its delegation wins."""
    more = (
        1.0 + rules["gold_lift"] * golds.get(article.delegation, 0) if article.delegation else 1.0
    )
    return min(more, float(rules["gold_lift_max"]))


def _sport(article: Article, here: set[str], rules: dict[str, Any]) -> float:
    """Return how much more or less of an article of a sport is asked for at a store."""
    if not article.discipline:
        return 1.0
    return float(rules["sport_lift"] if article.discipline in here else rules["other_sport"])


def plan_retail(
    *,
    games: GamesRow,
    order: Order,
    actor: str,
    clock: Callable[[], float],
    now: Callable[[], dt.datetime],
    run_id: int | None = None,
) -> Generator[Progress, bool, Outcome]:
    """Yield progress and return the drafted version."""
    built = build_retail(games=games, order=order)
    plan = yield from solve(built.problem, seed=order.seed, stop=order.stop(), clock=clock)
    items = {"day": built.day.isoformat(), "hauls": rows_of(built.problem, plan)}
    pieces = sum(abs(haul.pieces) for haul in plan.hauls)
    return draft_answer(
        games_id=games.id,
        answered=Answered(
            planner=PLANNER, title=f"{pieces:,} pieces for {built.day:%d %b}",
            problem_hash=built.problem_hash, answer=plan,
            score=score_of(built=built, items=items), items=items, order=order,
        ),
        actor=actor, run_id=run_id, now=now(),
    )  # fmt: skip


def rows_of(problem: Problem, plan: RetailPlan) -> list[tuple[str, str, int]]:
    """Return moves as (SKU, store, pieces), those of most pieces first."""
    rows = [
        (problem.items[haul.item].code, problem.stores[haul.store].code, haul.pieces)
        for haul in plan.hauls
    ]
    return sorted(rows, key=lambda row: (-abs(row[2]), row))


def score_of(*, built: Built, items: dict[str, Any]) -> Score:
    """Return what the independent check says of a version's moves."""
    problem = built.problem
    item = {one.code: n for n, one in enumerate(problem.items)}
    store = {one.code: n for n, one in enumerate(problem.stores)}
    hauls = tuple(
        Haul(item=item[sku], store=store[place], pieces=int(pieces))
        for sku, place, pieces in items["hauls"]
        if sku in item and place in store
    )
    plan = RetailPlan(hauls=hauls, objective=0.0, bound=0.0, terms=(), seed=0, solver="",
                      seconds=0.0, first_feasible_seconds=None)  # fmt: skip
    return check(problem, plan)
