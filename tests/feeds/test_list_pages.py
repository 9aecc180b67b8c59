"""Bringing lists on a page: looked at first, then kept; nobody reads the lists of others."""

import io
import pathlib
import re
from typing import Any

import pytest

from sportsbrain.access.models import Movement
from sportsbrain.plans.actions import start_run
from sportsbrain.plans.models import Run
from sportsbrain.vocabulary.people import Duty
from sportsbrain.vocabulary.statuses import Role
from tests.access.office import a_games, registered, somebody
from tests.access.test_pages import HOME, chef_of, client_of, office_of

pytestmark = pytest.mark.django_db
LIST = """code,organisation,category,family_name,given_name,birth_date
C1,AAA,ATH,Brelin,Tova,2004-05-31
C2,AAA,ATH,Orvik,Signe,31 May
C3,BBB,ATH,Ozvald,Ina,2004-05-31
"""


@pytest.fixture
def games(db: None, tmp_path: pathlib.Path, settings: Any, monkeypatch: Any) -> Any:
    settings.UPLOADS = tmp_path

    def here(**values: Any) -> int:
        """Begin the run only: a child would not see what the test has not committed."""
        values.pop("words")
        return start_run(**values)

    monkeypatch.setattr("sportsbrain.feeds.people.record.launch", here)
    return a_games()


def a_file(text: str, name: str = "people.csv") -> io.BytesIO:
    """Return a file to send."""
    file = io.BytesIO(text.encode())
    file.name = name
    return file


def sent(client: Any, text: str = LIST, name: str = "people.csv") -> Any:
    """Send a list as a chef de mission does."""
    return client.post(f"{HOME}import/", {"people": a_file(text, name)})


def test_what_is_no_list_is_refused_in_words(games: Any) -> None:
    answer = sent(chef_of(games), name="people.pdf")
    assert answer.status_code == 422
    assert b"A list is a CSV" in answer.content


def test_others_neither_see_nor_stop_a_list(games: Any) -> None:
    looked = sent(chef_of(games)).url
    other = client_of(games, "other", Role.PORTAL, (Duty.REGISTER, "BBB"))
    gate = client_of(games, "gate", Role.PORTAL, (Duty.GATE, ""))
    assert other.get(looked).status_code == 404
    assert other.post(f"{looked}stop/").status_code == 404
    assert gate.get(looked).status_code == 403
    assert gate.get(f"{HOME}import/").status_code == 403
    assert office_of(games).get(looked).status_code == 200


def test_stopping_asks_the_run_to_end(games: Any) -> None:
    chef = chef_of(games)
    looked = sent(chef).url
    chef.post(f"{looked}stop/")
    assert Run.objects.get().is_cancel_asked


def test_arrivals_are_looked_at_then_kept(games: Any) -> None:
    person = somebody()
    registered(games, person)
    text = (
        "code,organisation,direction,port,at,bags\n"
        f"{person.code},AAA,arrival,AIR,2030-07-15T09:30,3\nX,AAA,arrival,AIR,2030-07-15T09:30,3\n"
    )
    chef = chef_of(games)
    page = chef.post(f"{HOME}arrivals/import/", {"arrivals": a_file(text)}).content.decode()
    assert "1 would be new" in page
    assert "1 row is left out" in page
    assert not Movement.objects.exists()
    name = re.findall(r'name="name" value="([0-9a-f]{32})"', page)[0]
    chef.post(f"{HOME}arrivals/import/", {"name": name, "keep": "yes"})
    assert Movement.objects.count() == 1
    assert b"Send a CSV" in chef.post(f"{HOME}arrivals/import/", {}, follow=True).content
