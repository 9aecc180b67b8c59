"""Every word on a page has a translation, and what is compiled is what was written."""

import gettext
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).parents[2] / "src" / "sportsbrain"
LANGUAGES = ("fr", "ar")
FANS = (*LANGUAGES, "es", "pt", "zh_Hans")
WORDS = (
    re.compile(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')"""),
    re.compile(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*(?:plural|endblocktranslate)", re.DOTALL),
)


def words_of_pages() -> Iterator[str]:
    """Yield what the templates ask to be translated, as the catalogue names it."""
    for page in ROOT.rglob("*.html"):
        for pattern in WORDS:
            for found in pattern.finditer(page.read_text()):
                text = next(group for group in found.groups() if group is not None)
                yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", text)


def words_of_code() -> Iterator[str]:
    """Yield what the code asks to be translated in one literal."""
    for file in ROOT.rglob("*.py"):
        for found in re.finditer(r"\b_\(\s*(?:\"([^\"]*)\"|'([^']*)')\s*\)", file.read_text()):
            yield found.group(1) or found.group(2)


def catalogue(language: str) -> gettext.GNUTranslations:
    path = ROOT / "ui" / "locale" / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    known = catalogue(language)
    words = {*words_of_pages(), *words_of_code()}
    ids = {key if isinstance(key, str) else key[0] for key in known._catalog}  # type: ignore[attr-defined]
    assert len(words) > 200
    assert sorted(words - ids) == [], "run `make messages` and translate these"


@pytest.mark.parametrize("language", FANS)
def test_every_word_for_fans_is_translated(language: str) -> None:
    known = catalogue(language)
    asked = re.compile(r"""(?:_|gettext_noop|ngettext)\(\s*(?:"([^"]*)"|'([^']*)')""")
    files = [*(ROOT / "channel").rglob("*.html"), *(ROOT / "channel").rglob("*.py")]
    words = {
        found.group(1) or found.group(2)
        for file in files for found in asked.finditer(file.read_text())
    }  # fmt: skip
    catalog: dict[Any, str] = vars(known)["_catalog"]
    said = {key if isinstance(key, str) else key[0] for key, text in catalog.items() if text}
    assert len(words) > 60
    assert sorted(words - said) == [], "run `make messages` and translate these"


@pytest.mark.parametrize("language", FANS)
def test_what_is_compiled_is_what_was_written(language: str) -> None:
    path = ROOT / "ui" / "locale" / language / "LC_MESSAGES" / "django.po"
    known = catalogue(language)
    for one, other in re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', path.read_text(), re.MULTILINE):
        plain = one.replace('\\"', '"')
        assert known.gettext(plain) == other.replace('\\"', '"'), "run `make messages`"
