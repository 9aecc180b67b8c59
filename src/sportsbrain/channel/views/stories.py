"""What writers see: stories, one of them, its other languages, how fans will see it."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.channel.actions import (
    publish_story,
    retract_story,
    take_back,
    translate_story,
    write_story,
)
from sportsbrain.channel.errors import StoryError, UnknownStoryError
from sportsbrain.channel.exports import LANGUAGES, PageKey, Site
from sportsbrain.channel.exports.differences import differences
from sportsbrain.channel.exports.strings import missing_strings, page_strings
from sportsbrain.channel.exports.words import Language
from sportsbrain.channel.forms import typed_story, typed_words, whole
from sportsbrain.channel.queries import (
    StoryRow,
    TextRow,
    preview_state,
    story_row,
    story_rows,
    text_at,
)
from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow, Seat, games_clock
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.statuses import Role, StoryKind, StoryState
from sportsbrain.world.queries import names_of_things

CAPTION_LINES = 2


def _states() -> dict[StoryState, str]:
    return {
        StoryState.DRAFT: _("Draft"),
        StoryState.SCHEDULED: _("Scheduled"),
        StoryState.PUBLISHED: _("Published"),
        StoryState.RETRACTED: _("Withdrawn"),
    }


def _seat(request: HttpRequest, needed: Role = Role.VIEWER) -> tuple[Seat, dt.datetime]:
    """Return the seat and the moment of its Games, whose clock the page tells."""
    seat = seat_on(request, needed=needed)
    timezone.activate(ZoneInfo(seat.games.time_zone))
    return seat, games_clock(games_id=seat.games.id, now=dt.datetime.now(dt.UTC))


def _story(games: GamesRow, code: str) -> StoryRow:
    found = story_row(games_id=games.id, code=code)
    if found is None:
        raise Http404(str(UnknownStoryError(code)))
    return found


def _named(language: str) -> Language:
    for one in LANGUAGES:
        if one.tag == language:
            return one
    message = f"there is no language {language!r}"
    raise Http404(message)


def _spoken(row: StoryRow) -> list[tuple[Language, TextRow | None, bool]]:
    """Return each language with its words, and whether they are older than the original."""
    return [(one, row.texts.get(one.tag), row.is_stale(one.tag)) for one in LANGUAGES]


def stories(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show all that is told or will be, newest first."""
    del games_code
    seat, _now = _seat(request)
    rows = story_rows(games_id=seat.games.id)
    counts = Counter(row.state for row in rows)
    state = request.GET.get("state", "")
    shown = [row for row in rows if state in {"", row.state}]
    context = {
        "stories": [(row, _states()[StoryState(row.state)], _spoken(row)) for row in shown],
        "states": [(code.value, word, counts[code]) for code, word in _states().items()],
        "state": state, "all": len(rows), "out": counts[StoryState.PUBLISHED],
        "waiting": counts[StoryState.SCHEDULED], "drafts": counts[StoryState.DRAFT],
    }  # fmt: skip
    return show(request, "channel/stories.html", context, rows=shown)


def story(request: HttpRequest, games_code: str, code: str = "") -> HttpResponse:
    """Show a story to write in, or a new one; take what was typed."""
    seat, now = _seat(request, Role.PLANNER if request.method == "POST" else Role.VIEWER)
    games = seat.games
    row = _story(games, code) if code else None
    wrong: tuple[str, ...] = ()
    if request.method == "POST":
        typed = typed_story(request.POST, games_id=games.id)
        wrong = typed.wrong
        if not wrong:
            try:
                code = write_story(games=games, draft=typed.draft, code=code, read_at=typed.read_at,
                                   actor=request.user.get_username(), now=now)  # fmt: skip
            except StoryError as error:
                wrong = (str(error),)
            else:
                is_out = row is not None and row.is_shown
                messages.success(request, _("Corrected, and on its way to everybody.") if is_out
                                 else _("Kept. Fans see it when it is published."))  # fmt: skip
                return redirect("channel:story", games_code=games_code, code=code)
    names = names_of_things(games_id=games.id, keys=row.about if row else ())
    context = {
        "story": row, "wrong": wrong, "values": _values(request, row),
        "languages": LANGUAGES, "names": names, "kinds": _kinds(),
        "others": [one for one in _spoken(row) if one[0].tag != row.language] if row else [],
        "word": _states()[StoryState(row.state)] if row else "",
        "now": now.astimezone(ZoneInfo(games.time_zone)),
    }  # fmt: skip
    answer = show(request, "channel/story.html", context, rows=row)
    answer.status_code = 422 if wrong else 200
    return answer


def _kinds() -> tuple[tuple[str, str], ...]:
    return ((StoryKind.STORY.value, _("Story")), (StoryKind.POST.value, _("Live post")),
            (StoryKind.VIDEO.value, _("Video")))  # fmt: skip


def _values(request: HttpRequest, row: StoryRow | None) -> dict[str, Any]:
    """Return what the form holds: what was typed and refused, else the story."""
    if request.method == "POST":
        given = {name: values[-1] for name, values in request.POST.lists() if values}
        lines = zip(request.POST.getlist("caption_language"), request.POST.getlist("caption"),
                    strict=False)  # fmt: skip
        return {**given, "captions": list(lines)}
    if row is None:
        return {"kind": request.GET.get("kind", "story"), "read_at": 0, "language": "en",
                "captions": [("", "")] * CAPTION_LINES}  # fmt: skip
    video = dict(row.video or {})
    captions = [(one["language"], one["address"]) for one in video.pop("captions", ())]
    words = row.original
    return {
        "kind": row.kind, "language": row.language, "read_at": words.number, "title": words.title,
        "text": words.text, "picture_words": words.picture_words, "picture": row.picture,
        "about": ", ".join(row.about), "has_scores": row.has_scores, **video,
        "territories": " ".join(video.get("territories", ())),
        "captions": [*captions, *[("", "")] * CAPTION_LINES],
    }  # fmt: skip


@require_POST
def settle(request: HttpRequest, games_code: str, code: str) -> HttpResponse:
    """Publish a story, schedule it, take it back, or withdraw it."""
    verb = request.POST.get("verb", "")
    seat, now = _seat(request, Role.PLANNER if verb == "retract" else Role.APPROVER)
    given: Any = {"games": seat.games, "code": code, "actor": request.user.get_username(),
                  "now": now}  # fmt: skip
    try:
        if verb == "retract":
            retract_story(reason=request.POST.get("reason", ""), **given)
            said = _("Withdrawn: fans read why where it stood.")
        elif verb == "back":
            take_back(**given)
            said = _("Taken back: it is a draft again.")
        elif verb in {"publish", "schedule"}:
            at = _moment(request, seat.games) if verb == "schedule" else None
            state = publish_story(at=at, **given)
            said = (_("Published, and on its way to everybody.") if state == StoryState.PUBLISHED
                    else _("Scheduled: fans see it from then on."))  # fmt: skip
        else:
            return HttpResponseBadRequest("publish, schedule, back or retract")
        messages.success(request, said)
    except StoryError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    except UnknownStoryError as error:
        raise Http404(str(error)) from None
    return redirect("channel:story", games_code=games_code, code=code)


def _moment(request: HttpRequest, games: GamesRow) -> dt.datetime:
    """Return the moment that was typed, on the clock of the Games."""
    try:
        typed = dt.datetime.fromisoformat(request.POST.get("at", ""))
    except ValueError:
        message = "write the day and the time from which fans see it"
        raise StoryError(message) from None
    return typed.replace(tzinfo=ZoneInfo(games.time_zone)) if typed.tzinfo is None else typed


def translate(request: HttpRequest, games_code: str, code: str, language: str) -> HttpResponse:
    """Show a story beside its words in another language, and what changed since they were made."""
    seat, now = _seat(request, Role.PLANNER if request.method == "POST" else Role.VIEWER)
    games, row, other = seat.games, _story(seat.games, code), _named(language)
    if language == row.language:
        return redirect("channel:story", games_code=games_code, code=code)
    wrong = ""
    own = row.texts.get(language)
    values = {name: getattr(own, name, "") for name in ("title", "text", "picture_words", "note")}
    if request.method == "POST":
        words = typed_words(request.POST, language)
        try:
            translate_story(
                games=games, code=code, words=words, now=now, actor=request.user.get_username(),
                source_number=whole(request.POST.get("source_number", "")),
                read_at=whole(request.POST.get("read_at", "")),
            )  # fmt: skip
        except StoryError as error:
            wrong = str(error)
            values = {name: getattr(words, name) for name in values}
        else:
            messages.success(request, _("Kept: this is what fans of this language read."))
            return redirect("channel:translate", games_code=games_code, code=code,
                            language=language)  # fmt: skip
    before = None
    if own is not None and row.is_stale(language):
        before = text_at(games_id=games.id, code=code, language=row.language,
                         number=own.source_number)  # fmt: skip
    context = {
        "story": row, "own": own, "language": other, "source": _named(row.language),
        "is_stale": before is not None, "wrong": wrong, "values": values,
        "source_title": differences((before or row.original).title, row.original.title),
        "source_text": differences((before or row.original).text, row.original.text),
    }  # fmt: skip
    answer = show(request, "channel/translate.html", context, rows=row)
    answer.status_code = 422 if wrong else 200
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLine:
    """What a language has not yet: words of pages, stories, and those whose original went on."""

    language: Language
    strings: list[str]
    missing: list[StoryRow]
    stale: list[StoryRow]


def _open_in(language: Language, rows: list[StoryRow]) -> OpenLine:
    other = [row for row in rows if row.language != language.tag]
    return OpenLine(
        language=language, strings=missing_strings(language),
        missing=[row for row in other if language.tag not in row.texts],
        stale=[row for row in other if row.is_stale(language.tag)],
    )  # fmt: skip


def translations(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show what each language has not yet, of stories and of the pages' own words."""
    del games_code
    seat, _now = _seat(request)
    rows = [row for row in story_rows(games_id=seat.games.id)
            if row.state != StoryState.RETRACTED]  # fmt: skip
    lines = [_open_in(one, rows) for one in LANGUAGES]
    context = {"lines": lines, "strings": len(page_strings()),
               "open": sum(len(line.missing) + len(line.stale) for line in lines),
               "gaps": sum(len(line.strings) for line in lines)}  # fmt: skip
    rows_out = [{"language": line.language.tag, "strings": line.strings,
                 "missing": [row.code for row in line.missing],
                 "stale": [row.code for row in line.stale]} for line in lines]  # fmt: skip
    return show(request, "channel/translations.html", context, rows=rows_out)


def preview(request: HttpRequest, games_code: str, code: str, language: str) -> HttpResponse:
    """Show a story as fans will see it, before they do."""
    del games_code
    seat, now = _seat(request)
    row, spoken = _story(seat.games, code), _named(language)
    if row.state == StoryState.RETRACTED:
        return redirect("channel:story", games_code=seat.games.code, code=code)
    site = Site(preview_state(games=seat.games, row=row, now=now),
                styles=(static("ui/tokens.css"), static("channel/fan.css")))  # fmt: skip
    page = site.page(spoken, PageKey(kind="story", code=code), at="", now=now)
    return HttpResponse(page)
