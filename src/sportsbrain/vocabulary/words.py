"""Words as people search them: without capitals and accents, in any script."""

import unicodedata


def folded(text: str) -> str:
    """Return text in small letters without accents, vowel signs and other marks on letters."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
