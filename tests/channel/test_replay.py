"""Results that are invented: a Games is played to its end, and the same seed plays it again."""

from typing import Any

import pytest

from sportsbrain.channel.actions import tell_results
from sportsbrain.channel.queries import story_rows
from sportsbrain.rehearsal.doors import DoorError
from sportsbrain.rehearsal.reporter import Reporter
from sportsbrain.rehearsal.results import Played, played_by_chance
from sportsbrain.vocabulary.results import ResultFact
from sportsbrain.vocabulary.statuses import ResultStatus
from sportsbrain.world.models import Medal
from sportsbrain.world.queries import open_podiums, public_facts
from tests.channel.test_door import get, post
from tests.conftest import NOW


@pytest.fixture
def played(small_games: Any) -> tuple[Played, ...]:
    return played_by_chance(games_id=small_games.id, seed=3)


def test_the_same_seed_plays_the_same_games(small_games: Any, played: tuple[Played, ...]) -> None:
    assert played == played_by_chance(games_id=small_games.id, seed=3)
    assert played != played_by_chance(games_id=small_games.id, seed=4)


def test_most_units_are_played_by_people_of_its_event(
    small_games: Any, played: tuple[Played, ...]
) -> None:
    facts = public_facts(games_id=small_games.id)
    scheduled = {row["code"] for row in facts.units if row["starts_at"]}
    units = {one.unit for one in played}
    assert units <= scheduled
    assert len(units) > 0.8 * len(scheduled), "but rounds with more units than people are left"
    for one in played:
        ranks = [row["rank"] for row in one.lines]
        assert ranks == list(range(1, len(ranks) + 1))
        assert len({row["competitor"] for row in one.lines}) == len(ranks)
        if len(one.lines) == 2:
            winner, loser = one.lines
            assert (winner["win_loss"], loser["win_loss"]) == ("W", "L")
            assert int(winner["value"]) > int(loser["value"])


def test_words_of_a_unit_go_from_its_start_list_to_its_official_result(
    played: tuple[Played, ...],
) -> None:
    words = list(played[0].words())
    assert [word.status for word in words] == ["START_LIST", "LIVE", "UNOFFICIAL", "OFFICIAL"]
    assert [word.at for word in words] == sorted(word.at for word in words)
    assert all("rank" not in row for row in words[0].results)


def test_a_games_played_to_its_end_has_medals(small_games: Any, played: tuple[Played, ...]) -> None:
    finals = [one for one in played if "FNL-" in one.unit or "REPF" in one.unit]
    for one in finals[:40]:
        tell_results(
            games=small_games, unit=one.unit, status=ResultStatus.OFFICIAL, actor="t", now=NOW,
            results=[ResultFact(**dict(row)) for row in one.lines],
        )  # fmt: skip
    decided = set(Medal.objects.values_list("event__code", flat=True))
    assert len(decided) > 15
    assert all("no result" in reason for reason in open_podiums(games_id=small_games.id).values())


class ByClient:
    """The doors, through Django's client: the same addresses, rights and answers."""

    def get(self, path: str) -> Any:
        """Return what is answered."""
        return get("approver", path).json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Bring something in."""
        answer = post("approver", path, body)
        if answer.status_code >= 400:
            raise DoorError(answer.content.decode())
        return answer.json()


def test_a_reporter_opens_once_and_writes_a_line_for_each_gold(
    small_games: Any, played: tuple[Played, ...]
) -> None:
    doors: Any = ByClient()
    reporter = Reporter(doors, public_facts(games_id=small_games.id))
    reporter.open()
    reporter.open()
    final = next(one for one in played if reporter.units[one.unit]["medal"] == "1")
    for word in final.words():
        reporter.heard(word)
    line, story = story_rows(games_id=small_games.id)
    assert (story.kind, story.state, len(story.texts)) == ("story", "published", 3)
    assert (line.kind, line.state, len(line.texts)) == ("post", "published", 6)
    assert line.has_scores
    assert f"athlete-{final.lines[0]['competitor']}" in line.about
