"""Stand in the line of a drop: join, be drawn; who comes later gets the next place."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Count

from sportsbrain.shop.errors import ShopError
from sportsbrain.shop.models import Drop, DropPlace
from sportsbrain.shop.queries import Joining, drawn, surplus_of

BATCH = 5_000


@transaction.atomic
def join_line(
    *, games_id: int, drop: str, joining: Sequence[Joining], now: dt.datetime
) -> dict[str, int | None]:
    """
    Let people into the line and return each one's place, None before the draw.

    Who is in it already keeps the place they have, however often they come.

    Raises
    ------
    ShopError
        When there is no such drop, or its line is not open yet.

    """
    row = Drop.objects.filter(games_id=games_id, code=drop).first()
    if row is None or not row.admitted_a_second:
        message = f"there is no line for {drop}"
        raise ShopError(message)
    if now < row.starts_at - dt.timedelta(seconds=row.draw_seconds):
        message = "the line is not open yet: come back shortly before it begins"
        raise ShopError(message)
    if now >= row.starts_at and row.drawn_at is None:
        draw_places(games_id=games_id, drop=drop, now=now)
    with connection.cursor() as cursor:  # a draw waits for who is joining, and who joins for it
        cursor.execute("SELECT 1 FROM shop_drop WHERE id = %s FOR SHARE", [row.pk])
    row.refresh_from_db()
    people = {one.person: one for one in joining}
    rows = DropPlace.objects.filter(games_id=games_id, drop=drop)
    have = set(rows.filter(person__in=people).values_list("person", flat=True))
    fresh = [one for person, one in people.items() if person not in have]
    known = Counter(
        dict(
            rows.filter(address__in={one.address for one in fresh})
            .values_list("address").annotate(n=Count("pk"))
        )
    )  # fmt: skip
    surplus = surplus_of([one.address for one in fresh], known)
    places = _next(row, len(fresh))
    DropPlace.objects.bulk_create(
        [
            DropPlace(games_id=games_id, drop=drop, person=one.person, address=one.address,
                      surplus=more, place=place, joined_at=one.joined_at)
            for one, more, place in zip(fresh, surplus, places, strict=True)
        ],
        ignore_conflicts=True, batch_size=BATCH,
    )  # fmt: skip
    if row.drawn_at is not None:
        late = list(rows.filter(person__in=people, place=None).order_by("joined_at", "pk"))
        for one, place in zip(late, _next(row, len(late)), strict=True):
            rows.filter(pk=one.pk, place=None).update(place=place)
    return dict(rows.filter(person__in=people).values_list("person", "place"))


def _next(row: Drop, count: int) -> list[int | None]:
    """Return the next places in order of arrival; none before the draw."""
    if row.drawn_at is None:
        return [None] * count
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('shop_place_seq') FROM generate_series(1, %s)", [count])
        return [row.drawn + int(n) - row.base for (n,) in cursor.fetchall()]


@transaction.atomic
def draw_places(*, games_id: int, drop: str, now: dt.datetime) -> int:
    """
    Draw the places of those who came early and return how many; the same again draws nothing.

    Raises
    ------
    ShopError
        Before the drop begins.

    """
    row = Drop.objects.select_for_update().get(games_id=games_id, code=drop)
    if row.drawn_at is not None:
        return row.drawn
    if now < row.starts_at:
        message = "the draw is when it begins"
        raise ShopError(message)
    rows = DropPlace.objects.filter(games_id=games_id, drop=drop)
    order = drawn(list(rows.values_list("person", "surplus")), row.seed)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shop_dropplace p SET place = o.place FROM unnest(%s::text[])"
            " WITH ORDINALITY AS o (person, place)"
            " WHERE p.games_id = %s AND p.drop = %s AND p.person = o.person",
            [list(order), games_id, drop],
        )
        cursor.execute("SELECT nextval('shop_place_seq')")
        row.base = cursor.fetchone()[0]
    row.drawn, row.drawn_at = len(order), now
    row.save(update_fields=["base", "drawn", "drawn_at"])
    return row.drawn
