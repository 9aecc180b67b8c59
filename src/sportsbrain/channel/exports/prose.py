"""What writers type, as safe text of a page: CommonMark without HTML, below the page's title."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

LOWEST = 6


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")


@lru_cache(maxsize=512)
def prose(text: str) -> Markup:
    """Return paragraphs, lists, quotations, headings and links; anything else as it was typed."""
    tokens = _reader().parse(text)
    for token in tokens:
        _lower(token)
    return Markup(_reader().renderer.render(tokens, _reader().options, {}))  # noqa: S704  # no HTML of writers is let through


def _lower(token: Token) -> None:
    """Let the headings of a text begin with the second: a page has its own first one."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1]) + 1, LOWEST)}"
