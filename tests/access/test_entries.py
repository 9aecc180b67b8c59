"""Sport entries: places, eligibility, deadlines, reserves, teams; who is told."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportsbrain.access.actions import (
    By,
    EntryValues,
    approve,
    begin_event_rules,
    compose_team,
    enter,
    replace_entry,
    save_entry_quotas,
    save_event_rules,
    withdraw,
    withdraw_entries,
)
from sportsbrain.access.errors import AccessError, QuotaError, UnknownPersonError
from sportsbrain.access.models import EntryQuota, EntryStep, EventRule
from sportsbrain.access.queries import RuleValues, candidates, event_lines, event_page
from sportsbrain.live.queries import updates_between
from sportsbrain.vocabulary.people import Standing, WithdrawalReason
from sportsbrain.world.actions import ENTRIES_CHANGED, FactWriter
from sportsbrain.world.queries import (
    entries_by_organisation,
    entry_rows,
    person_facts,
    reserves_for,
    timetable_facts,
    unit_competitors,
)
from tests.access.office import NOW, OFFICE, a_games, athletes, registered, somebody, with_events

pytestmark = pytest.mark.django_db
CHEF = By(name="chef", now=NOW, client="AAA")
CLOSES = NOW + dt.timedelta(days=10)
LATE = By(name="chef", now=CLOSES, client="AAA")
MEDICAL = WithdrawalReason.MEDICAL


@pytest.fixture
def games(db: None) -> Any:
    games = a_games()
    with_events(games)
    rule = RuleValues(places=2, reserves=1, closes_at=CLOSES, age_min=16)
    team = RuleValues(places=1, reserves=0, size_min=2, size_max=4, closes_at=CLOSES)
    save_event_rules(games=games, rules={"ATHW100M": rule, "ATHX4X4": team}, by=OFFICE)
    return games


def entered(games: Any, event: str = "ATHW100M") -> dict[str, str]:
    return {
        row.competitor: row.standing for row in entry_rows(games_id=games.id, event__code=event)
    }


def reasons(games: Any, by: By = CHEF, **values: Any) -> list[str]:
    done = enter(games=games, entries=[EntryValues(**values)], by=by)
    return [trouble.reason for refused in done.refused for trouble in refused.troubles]


def test_places_end_where_the_rule_says_and_the_rest_is_told_why(games: Any) -> None:
    codes = athletes(games, 4)
    values = [EntryValues(event="ATHW100M", competitor=code) for code in codes]
    done = enter(games=games, entries=values, by=CHEF)
    assert done.made == 2
    assert [r.troubles[0].advice for r in done.refused] == ["AAA has no places left"] * 2
    again = enter(games=games, entries=values[:2], by=CHEF)
    assert (again.made, again.same) == (0, 2)
    assert reasons(games, event="ATHW100M", competitor=codes[2], standing=Standing.RESERVE) == []
    assert reasons(games, event="ATHW100M", competitor=codes[3], standing=Standing.RESERVE) == [
        "full"
    ]


def test_what_speaks_against_an_entry_is_said_all_at_once(games: Any) -> None:
    rule = RuleValues(places=9, age_min=18, age_max=30, standard="11.15", better="less",
                      asks_nation=True)  # fmt: skip
    save_event_rules(games=games, rules={"ATHW100M": rule}, by=OFFICE)
    young = athletes(games, 1, birth_date=dt.date(2013, 1, 1), guardian="Mia, 5", gender="M",
                     nationality="BBB")[0]  # fmt: skip
    found = reasons(games, event="ATHW100M", competitor=young, mark="11.16")
    assert found == ["wrong gender", "too young", "other nationality", "below the standard"]
    fine = athletes(games, 1)[0]
    assert reasons(games, event="ATHW100M", competitor=fine) == ["missing"]
    assert reasons(games, event="ATHW100M", competitor=fine, mark="quick") == ["no mark"]
    assert reasons(games, event="ATHW100M", competitor=fine, mark="11.15") == []


def test_events_that_are_not_open_and_people_of_others_are_refused(games: Any) -> None:
    own = athletes(games, 1)[0]
    other = athletes(games, 1, client="BBB", nationality="BBB")[0]
    assert reasons(games, event="ATHM100M", competitor=own) == ["not open"]
    assert reasons(games, event="NOPE", competitor=own) == ["unknown"]
    assert reasons(games, event="ATHW100M", competitor=other) == ["unknown"]
    with pytest.raises(UnknownPersonError):
        withdraw_entries(
            games=games, event="ATHW100M", competitors=[other], reason=MEDICAL, by=CHEF
        )


def test_after_the_deadline_only_a_reserve_comes_for_a_delegation(games: Any) -> None:
    first, second, reserve, other = athletes(games, 4)
    for code, standing in ((first, Standing.ENTERED), (second, Standing.ENTERED),
                           (reserve, Standing.RESERVE)):  # fmt: skip
        assert reasons(games, event="ATHW100M", competitor=code, standing=standing) == []
    assert reasons(games, by=LATE, event="ATHW100M", competitor=other) == ["closed"]
    with pytest.raises(AccessError, match="only a reserve"):
        replace_entry(
            games=games, event="ATHW100M", gone=first, comes=other, reason=MEDICAL, by=LATE
        )
    assert entered(games)[first] == "entered"
    replace_entry(
        games=games, event="ATHW100M", gone=first, comes=reserve, reason=MEDICAL, by=LATE,
        note="ankle",
    )  # fmt: skip
    assert entered(games) == {first: "withdrawn", second: "entered", reserve: "entered"}
    steps = {step.competitor: step for step in EntryStep.objects.order_by("pk")}
    assert (steps[first].reason, steps[first].note, steps[first].is_late) == (
        "medical", "ankle", True,
    )  # fmt: skip
    assert steps[reserve].instead_of == first


def test_a_replacement_that_may_not_compete_leaves_everything_as_it_was(games: Any) -> None:
    woman = athletes(games, 1)[0]
    man = athletes(games, 1, gender="M")[0]
    assert reasons(games, event="ATHW100M", competitor=woman) == []
    with pytest.raises(AccessError, match="for women"):
        replace_entry(games=games, event="ATHW100M", gone=woman, comes=man, reason=MEDICAL,
                      by=CHEF)  # fmt: skip
    assert entered(games) == {woman: "entered"}


def test_timetable_beds_and_start_lists_know_at_once(games: Any) -> None:
    first, second, reserve = athletes(games, 3)
    for code, standing in ((first, Standing.ENTERED), (second, Standing.ENTERED),
                           (reserve, Standing.RESERVE)):  # fmt: skip
        reasons(games, event="ATHW100M", competitor=code, standing=standing)
    writer = FactWriter(games_id=games.id, fact_source="test")
    rsc = "ATHW100M".ljust(22, "-") + "FNL-000100--"
    writer.save(table="phases", batch=[{"code": rsc[:26], "event": "ATHW100M", "name": "Final"}])
    writer.save(table="units", batch=[{"code": rsc, "rsc": rsc, "phase": rsc[:26], "name": "F"}])
    writer.save(
        table="results",
        batch=[
            {"code": f"{rsc}/{c}", "unit": rsc, "competitor": c, "start_order": str(n)}
            for n, c in enumerate((first, second))
        ],
    )
    assert reserves_for(games_id=games.id, participant=first)[0][0] == reserve
    replace_entry(games=games, event="ATHW100M", gone=first, comes=reserve, reason=MEDICAL,
                  by=CHEF)  # fmt: skip
    facts = timetable_facts(games_id=games.id)
    assert set(facts.competitors[rsc]) == {second, reserve}
    assert set(facts.entries["ATHW100M"]) == {second, reserve}
    assert unit_competitors(games_id=games.id) == {rsc: 2}
    events = {person.code: person.events for person in person_facts(games_id=games.id)}
    assert (events[first], events[reserve]) == ((), ("ATHW100M",))
    news = updates_between(games_id=games.id, topic=ENTRIES_CHANGED, since=NOW, until=NOW)
    assert news[-1].body["takes_over"] == {first: reserve}
    assert "ankle" not in str([n.body for n in news])


def test_who_is_withdrawn_from_the_games_is_out_of_every_event_and_bed(games: Any) -> None:
    person = somebody()
    number = registered(games, person)[0]
    approve(games=games, numbers=(number,), by=OFFICE)
    reasons(games, event="ATHW100M", competitor=person.code)
    withdraw(games=games, numbers=(number,), why="ill", by=CHEF)
    assert entered(games) == {person.code: "withdrawn"}
    assert person.code not in {p.code for p in person_facts(games_id=games.id)}
    assert reasons(games, event="ATHW100M", competitor=person.code) == ["withdrawn"]


def test_a_team_has_the_people_the_event_asks_for(games: Any) -> None:
    women, men = athletes(games, 2), athletes(games, 2, gender="M")
    with pytest.raises(AccessError, match="women and men"):
        compose_team(games=games, event="ATHX4X4", members=women, by=CHEF)
    with pytest.raises(AccessError, match="2 to 4 people"):
        compose_team(games=games, event="ATHX4X4", members=women[:1], by=CHEF)
    code = compose_team(games=games, event="ATHX4X4", members=[*women, men[0]], by=CHEF)
    assert reasons(games, event="ATHX4X4", competitor=code) == []
    assert reasons(games, event="ATHX4X4", competitor=women[0]) == ["wrong kind"]
    again = compose_team(games=games, event="ATHX4X4", members=[women[0], *men], by=CHEF,
                         team=code)  # fmt: skip
    assert again == code
    events = {person.code: person.events for person in person_facts(games_id=games.id)}
    assert (events[women[1]], events[men[1]]) == ((), ("ATHX4X4",))
    with pytest.raises(AccessError, match="deadline"):
        compose_team(games=games, event="ATHX4X4", members=women, by=LATE, team=code)


def test_a_rule_below_what_is_entered_is_refused(games: Any) -> None:
    for code in athletes(games, 2):
        reasons(games, event="ATHW100M", competitor=code)
    with pytest.raises(QuotaError, match="more are entered"):
        save_event_rules(games=games, rules={"ATHW100M": RuleValues(places=1)}, by=OFFICE)
    with pytest.raises(QuotaError, match="more are entered"):
        save_event_rules(
            games=games, rules={"ATHW100M": RuleValues(places=2, places_all=1)}, by=OFFICE
        )
    with pytest.raises(QuotaError, match="more entered"):
        save_entry_quotas(games=games, event="ATHW100M", quotas={"AAA": (1, 0)}, by=OFFICE)
    save_entry_quotas(games=games, event="ATHW100M", quotas={"AAA": (3, 0)}, by=OFFICE)
    save_event_rules(games=games, rules={"ATHW100M": RuleValues(places=1)}, by=OFFICE)
    assert EntryQuota.objects.get(client__code="AAA").places == 3


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (RuleValues(places=-1), "0 or more"),
        (RuleValues(age_min=20, age_max=18), "youngest"),
        (RuleValues(size_min=5, size_max=2), "smallest"),
        (RuleValues(standard="9.98"), "less or more"),
        (RuleValues(standard="fast", better="less"), "no mark"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(games: Any, rule: RuleValues, why: str) -> None:
    with pytest.raises(AccessError, match=why):
        save_event_rules(games=games, rules={"ATHW100M": rule}, by=OFFICE)


def test_the_usual_rules_open_what_is_not_open(games: Any) -> None:
    assert begin_event_rules(games=games, by=OFFICE) == 1
    assert begin_event_rules(games=games, by=OFFICE) == 0
    rule = EventRule.objects.get(event="ATHM100M")
    assert (rule.places, rule.reserves, rule.age_min) == (3, 2, 14)
    assert rule.closes_at == dt.datetime(2030, 7, 6, 23, tzinfo=dt.UTC)  # midnight in Lisbon
    lines = {line.event.code: line for line in event_lines(games=games, organisation="AAA")}
    assert (lines["ATHW100M"].places, lines["ATHM100M"].places) == (2, 3)


def test_the_page_says_who_could_be_entered_and_why_others_not(games: Any) -> None:
    woman, man = athletes(games, 1)[0], athletes(games, 1, gender="M")[0]
    page = event_page(games=games, event="ATHW100M", organisation="AAA")
    assert page is not None
    found, _ = candidates(games=games, page=page, organisation="AAA")
    assert [(one.competitor.code, bool(one.troubles)) for one in found] == [
        (woman, False), (man, True),
    ]  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from("erwx"), st.integers(0, 5), st.booleans()), max_size=14))
def test_whatever_is_done_no_event_has_more_than_its_places(
    games: Any, steps: list[tuple[str, int, bool]]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        codes = athletes(games, 6)
        save_event_rules(
            games=games, rules={"ATHW100M": RuleValues(places=2, reserves=1, places_all=2)},
            by=OFFICE,
        )  # fmt: skip
        for step, who, is_office in steps:
            by, code, other = (OFFICE if is_office else CHEF), codes[who], codes[(who + 1) % 6]
            try:
                if step in "er":
                    standing = Standing.ENTERED if step == "e" else Standing.RESERVE
                    values = EntryValues(event="ATHW100M", competitor=code, standing=standing)
                    enter(games=games, entries=[values], by=by)
                elif step == "w":
                    withdraw_entries(games=games, event="ATHW100M", competitors=[code],
                                     reason=MEDICAL, by=by)  # fmt: skip
                else:
                    replace_entry(games=games, event="ATHW100M", gone=code, comes=other,
                                  reason=MEDICAL, by=by)  # fmt: skip
            except (AccessError, UnknownPersonError):
                continue
        counted = entries_by_organisation(games_id=games.id, event="ATHW100M")
        quota = EntryQuota.objects.filter(client__code="AAA").first()
        assert counted.get(("AAA", "entered"), 0) <= 2
        assert counted.get(("AAA", "reserve"), 0) <= 1
        if quota:
            assert quota.used == counted.get(("AAA", "entered"), 0)
            assert quota.used_reserves == counted.get(("AAA", "reserve"), 0)
        transaction.set_rollback(True)
