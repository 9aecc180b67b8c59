"""Where people are carried from and to: the village, the hotels, the venues."""

from statistics import median

from sportsbrain.committee.queries import GamesRow
from sportsbrain.plans.errors import NothingToPlanError
from sportsbrain.plans.queries import Sources, version_of, version_row
from sportsbrain.vocabulary.geography import distance_km
from sportsbrain.world.queries import SiteFact

HOMES = ("village", "hotels")
Place = tuple[str, float, float]  # code, latitude, longitude


def places_of(
    *, games: GamesRow, sources: Sources, sites: list[SiteFact], reach_km: float
) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """
    Return the homes, the venues and a hotel at each far one, and what had to be assumed.

    Raises
    ------
    NothingToPlanError
        When no venue has coordinates.

    """
    known = [s for s in sites if s.latitude is not None and s.longitude is not None]
    if not known:
        message = "no venue has coordinates yet: transport needs to know how far it is"
        raise NothingToPlanError(message)
    middle = (median(s.latitude or 0.0 for s in known), median(s.longitude or 0.0 for s in known))
    said = ["hotels of technical officials and media stand in the middle of the venues"]
    number = version_of(games_id=games.id, planner="rooms", sources=sources)
    village = middle
    if number is None:
        said.append("no rooms are planned yet: the village stands in the middle of the venues")
    else:
        row = version_row(games_id=games.id, planner="rooms", number=number)
        first = row.statistics["villages"][0]
        village = (first["latitude"], first["longitude"])
    # the village and the hotels are not in one house
    homes = (("village", village[0] + 0.02, village[1]), ("hotels", middle[0], middle[1] + 0.01))
    venues = tuple((s.code, s.latitude or 0.0, s.longitude or 0.0) for s in known)
    far = [place for place in venues if distance_km(homes[0][1:], place[1:]) > reach_km]
    hotels = tuple((hotel_of(name), lat + 0.03, lon) for name, lat, lon in far)
    if far:
        said.append(
            f"who competes at {', '.join(name for name, _, _ in far)} (more than {reach_km} km"
            " away) stays in a hotel there"
        )
    return homes + venues + hotels, tuple(said)


def hotel_of(venue: str) -> str:
    """Return the name of the place where people of a remote venue stay."""
    return f"hotel at {venue}"
