"""Background checks: hand names over, take results in, hold, refuse, appeal."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from sportsbrain.access.actions.cards import end_cards
from sportsbrain.access.actions.rows import By, people_of
from sportsbrain.access.errors import AccessError
from sportsbrain.access.models import BackgroundCheck, Card
from sportsbrain.committee.actions import record_audit
from sportsbrain.committee.queries import GamesRow
from sportsbrain.vocabulary.people import CardState, CheckState

# From which state a result may come; a refusal is only left by an appeal.
MAY: dict[CheckState, frozenset[CheckState]] = {
    CheckState.SENT: frozenset({CheckState.WAITING, CheckState.APPEALED, CheckState.HELD}),
    CheckState.CLEAR: frozenset(set(CheckState) - {CheckState.REFUSED}),
    CheckState.HELD: frozenset({CheckState.WAITING, CheckState.SENT, CheckState.CLEAR}),
    CheckState.REFUSED: frozenset(set(CheckState)),
    CheckState.APPEALED: frozenset({CheckState.REFUSED, CheckState.HELD}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What somebody said of the person with a registration's number."""

    number: int
    check_state: CheckState
    reason: str = ""


@transaction.atomic
def record_checks(*, games: GamesRow, results: Iterable[CheckResult], by: By) -> int:
    """
    Record results, all or none, and return how many changed something.

    A refusal, and a check that is held, cancel the card at once. Reasons never leave this table.

    Raises
    ------
    AccessError
        When a person is unknown or has no check, or the step is not one that can be made.

    """
    wanted = {result.number: result for result in results}
    people_of(games, wanted)  # locked first: a card is issued before or after, never meanwhile
    rows = {
        row.registration.number: row
        for row in BackgroundCheck.objects.select_for_update(of=("self",))
        .select_related("registration")
        .filter(registration__games_id=games.id, registration__number__in=list(wanted))
        .order_by("pk")
    }
    changed: list[BackgroundCheck] = []
    stopped = []
    for number, result in sorted(wanted.items()):
        row = rows.get(number)
        if row is None:
            message = f"registration {number} has no background check: nothing was recorded"
            raise AccessError(message)
        now = CheckState(row.check_state)
        if (now, row.reason) == (result.check_state, result.reason):
            continue
        if now != result.check_state and now not in MAY.get(result.check_state, frozenset()):
            message = (
                f"registration {number}: the check is {now}, it can't become {result.check_state}"
            )
            raise AccessError(message)
        row.check_state, row.reason = result.check_state.value, result.reason
        row.told_at, row.told_by = by.now, by.name
        if result.check_state == CheckState.SENT:
            row.sent_at = by.now
        changed.append(row)
        if result.check_state in {CheckState.REFUSED, CheckState.HELD}:
            stopped.append(row.registration_id)
    fields = ("check_state", "reason", "told_at", "told_by", "sent_at")
    BackgroundCheck.objects.bulk_update(changed, fields, batch_size=500)
    cards = Card.objects.filter(registration_id__in=stopped, card_state=CardState.VALID.value)
    end_cards(
        games=games,
        numbers=tuple(cards.values_list("number", flat=True)),
        state=CardState.CANCELLED,
        why="by the office",
        by=by,
    )
    if changed:
        record_audit(
            games_id=games.id, actor=by.name, verb="recorded background checks",
            thing=f"{len(changed)} people", details={"stopped": len(stopped)},
        )  # fmt: skip
    return len(changed)


@transaction.atomic
def clear_all(*, games: GamesRow, numbers: Iterable[int], by: By) -> int:
    """Record that people are clear in one statement, as a list of results often says; how many."""
    rows = BackgroundCheck.objects.filter(
        registration__games_id=games.id,
        registration__number__in=list(numbers),
        check_state__in=[s.value for s in MAY[CheckState.CLEAR]],
    )
    changed = rows.update(
        check_state=CheckState.CLEAR.value, told_at=by.now, told_by=by.name, reason=""
    )
    record_audit(
        games_id=games.id, actor=by.name, verb="recorded background checks",
        thing=f"{changed} people", details={"state": "clear"},
    )  # fmt: skip
    return changed
