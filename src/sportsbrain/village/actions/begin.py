"""Begin a rate card with an invented one, for as many as live in the village."""

import datetime as dt

from django.db import transaction

from sportsbrain.committee.queries import GamesRow
from sportsbrain.reference.rates import STAKEHOLDERS, Lease, Rate, leases, rates
from sportsbrain.village.actions.leases import LeaseValues, lease_space
from sportsbrain.village.actions.once import By
from sportsbrain.village.actions.rates import RateValues, save_rates, save_stakeholders
from sportsbrain.village.models import RateItem
from sportsbrain.vocabulary.money import MILLION
from sportsbrain.vocabulary.rates import AllotmentRule, RatePeriod

BEFORE, AFTER = dt.timedelta(days=7), dt.timedelta(days=3)  # the village is open longer
WISHES_DAYS = dt.timedelta(days=30)  # before the Games
TAX, CURRENCY = 230_000, "EUR"
THOUSAND = 1_000


@transaction.atomic
def begin_rates(*, games: GamesRow, residents: int, by: By) -> int:
    """Fill an empty rate card and lease the plaza; return how many lines it has."""
    have = RateItem.objects.filter(games_id=games.id).count()
    if have:
        return have
    save_stakeholders(games_id=games.id, names=STAKEHOLDERS)
    first, after = games.starts_on - BEFORE, games.ends_on + AFTER
    found = save_rates(
        games_id=games.id, by=by,
        rates=[_values(rate, games, residents, first, after) for rate in rates()],
    )  # fmt: skip
    for lease in leases():
        values = _lease(lease, residents, first, after)
        lease_space(games_id=games.id, key=f"begin-{lease.space}", values=values, by=by)
    return found


def _values(
    rate: Rate, games: GamesRow, residents: int, first: dt.date, after: dt.date
) -> RateValues:
    rest = MILLION - rate.share
    return RateValues(
        code=rate.code, title=rate.title, group=rate.group, period=RatePeriod(rate.period),
        currency=CURRENCY, price=rate.price, tax_rate=TAX, deposit=rate.deposit,
        late_days=rate.late_days, late_rate=rate.late_rate, cost=rate.cost,
        late_cost=rate.late_cost, cost_party=rate.party,
        shares=((rate.party, rate.share), ("ORG", rest)), most=rate.most,
        pieces=max(1, round(rate.pieces * residents / THOUSAND)),
        rule=AllotmentRule(rate.rule), reserve=rate.reserve, first=first, after=after,
        wishes_until=games.starts_on - WISHES_DAYS if rate.rule != "first" else None,
        is_bed=rate.is_bed,
        windows=((games.starts_on - dt.timedelta(days=rate.window[0]), rate.window[1]),)
        if rate.window else (),
    )  # fmt: skip


def _lease(lease: Lease, residents: int, first: dt.date, after: dt.date) -> LeaseValues:
    days = (after - first).days
    return LeaseValues(
        space=lease.space, tenant=lease.tenant, title=lease.title, currency=CURRENCY, first=first,
        after=after, minimum=lease.minimum * days * max(1, round(residents / THOUSAND)),
        share=lease.share, tax_rate=TAX, shares=(("ORG", 400_000), ("OPS", 600_000)),
    )  # fmt: skip
