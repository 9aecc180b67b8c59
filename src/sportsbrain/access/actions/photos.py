"""Keep photographs once, under their fingerprint: upright, small, without what cameras add."""

import hashlib
import io
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from sportsbrain.access.errors import AccessError
from sportsbrain.access.models import Registration
from sportsbrain.access.queries.cards import photo_path

SIDE_MIN, PIXELS_MAX = 200, 40_000_000
WIDTH, HEIGHT = 480, 640


def keep_photo(content: bytes, *, is_kept: bool = True) -> str:
    """
    Keep what somebody sent as a photograph and return its fingerprint; a rehearsal keeps nothing.

    Raises
    ------
    AccessError
        When it is no picture, or too small to know anybody by.

    """
    picture = upright(content)
    fingerprint = hashlib.sha256(picture).hexdigest()
    path = photo_path(fingerprint)
    if is_kept and not default_storage.exists(path):
        default_storage.save(path, ContentFile(picture))
    return fingerprint


def drop_photos(fingerprints: Iterable[str]) -> None:
    """Delete photographs that no registration refers to any more."""
    for fingerprint in fingerprints:
        path = photo_path(fingerprint)
        is_used = Registration.objects.filter(photo=fingerprint).exists()
        if not is_used and default_storage.exists(path):
            default_storage.delete(path)


def upright(content: bytes) -> bytes:
    """
    Return a picture as JPEG of at most 480 by 640, turned as it was meant, without metadata.

    Raises
    ------
    AccessError
        When it is no picture, or too small to know anybody by.

    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
            if opened.size[0] * opened.size[1] > PIXELS_MAX:
                message = f"the picture has more than {PIXELS_MAX // 1_000_000} million pixels"
                raise AccessError(message)
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except AccessError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError,
            Image.DecompressionBombError) as error:  # fmt: skip
        message = "this is no picture"
        raise AccessError(message) from error
    if min(picture.size) < SIDE_MIN:
        message = f"the picture is smaller than {SIDE_MIN} pixels"
        raise AccessError(message)
    picture.thumbnail((WIDTH, HEIGHT))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
