"""The words of fans' pages themselves: which there are, and which a language has not yet."""

import ast
import gettext
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import translation
from jinja2 import Environment

from sportsbrain.channel.exports.words import Language

HERE = Path(__file__).parent
ASKED = {"_", "gettext", "gettext_noop", "ngettext"}


@lru_cache(maxsize=1)
def page_strings() -> tuple[str, ...]:
    """Return every string that fans' pages ask a catalogue for, in English."""
    found = dict.fromkeys(_of_templates())
    for name in ("words.py", "feeds.py", "told.py", "notices.py"):
        found |= dict.fromkeys(_of_code(HERE / name))
    return tuple(found)


def _of_templates() -> Iterator[str]:
    reader = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in sorted((HERE.parent / "templates" / "fans").glob("*.html")):
        for _, _, asked in reader.extract_translations(path.read_text()):  # type: ignore[attr-defined]
            if isinstance(asked, str):
                yield asked


def _of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ASKED and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


class _Silence(gettext.NullTranslations):
    """A catalogue that knows nothing and says so."""

    def gettext(self, message: str) -> str:
        """Return nothing for any string."""
        del message
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return nothing for any number of anything."""
        del msgid1, msgid2, n
        return ""


def missing_strings(language: Language) -> list[str]:
    """Return the strings that a language's catalogue has no words for: they appear in English."""
    if language.locale.startswith("en"):
        return []
    catalogue = gettext.translation(
        "django", settings.LOCALE_PATHS[0], languages=[translation.to_locale(language.locale)]
    )
    catalogue.add_fallback(_Silence())
    return [text for text in page_strings()
            if not (catalogue.gettext(text) or catalogue.ngettext(text, text, 1))]  # fmt: skip
