"""Drawings check themselves; templates are whole."""

from dataclasses import replace

import pytest

from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.drawings import Drawing, DrawingError, template_of


@pytest.mark.parametrize("kind", ["stadium", "arena", "road course"])
@pytest.mark.parametrize("seats", [1, 900, 17_000, 80_000])
def test_templates_are_whole_and_survive_json(kind: str, seats: int) -> None:
    drawing = template_of(kind, seats=seats, lanes=8, gates=6)
    assert sum(stand.seats for stand in drawing.stands) >= seats
    assert frozen.from_json(Drawing, frozen.to_json(drawing)) == drawing
    for way in drawing.passages:
        assert drawing.length_of(way) > 0


def test_what_contradicts_itself_is_told() -> None:
    drawing = template_of("arena", seats=3000, lanes=8, gates=6)
    with pytest.raises(DrawingError, match="no open way leads"):
        replace(drawing, exits=())
    with pytest.raises(DrawingError, match="there is no place 'nowhere'"):
        replace(drawing, passages=(replace(drawing.passages[0], end="nowhere"),))
    with pytest.raises(DrawingError, match="add up to 1"):
        replace(drawing, entries=drawing.entries[:1])
    with pytest.raises(DrawingError, match="how many people a second"):
        replace(drawing, passages=(replace(drawing.passages[0], kind="lift"),))
    with pytest.raises(DrawingError, match="two places"):
        replace(drawing, places=(*drawing.places, drawing.places[0]))
    with pytest.raises(DrawingError, match="no template"):
        template_of("castle", seats=1, lanes=1, gates=1)
