"""Keep photographs once, under their fingerprint."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def photo_path(fingerprint: str) -> str:
    """Return where a photograph lies in the store."""
    return f"photos/{fingerprint[:2]}/{fingerprint}.jpg"


def keep_photo(content: bytes) -> str:
    """Keep a JPEG and return its fingerprint."""
    fingerprint = hashlib.sha256(content).hexdigest()
    path = photo_path(fingerprint)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))
    return fingerprint
