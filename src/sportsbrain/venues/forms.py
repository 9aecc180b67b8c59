"""A drawing as its editor sends it."""

import json
from typing import Any

from sportsbrain.vocabulary import frozen
from sportsbrain.vocabulary.drawings import Drawing, DrawingError

DRAWING_MAX = 2_000_000


def drawing_from(text: str) -> Drawing:
    """
    Return the drawing of JSON with places, passages, stands, entries and exits.

    Raises
    ------
    DrawingError
        When it is not understood or contradicts itself; the message says where.

    """
    if len(text) > DRAWING_MAX:
        message = f"a drawing has {DRAWING_MAX:,} characters at most"
        raise DrawingError(message)
    try:
        raw: Any = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"this is no JSON: line {error.lineno}: {error.msg}"
        raise DrawingError(message) from error
    try:
        return frozen.from_json(Drawing, json.dumps(raw))
    except DrawingError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"this is no drawing: {error}"
        raise DrawingError(message) from error
