"""Stories are written, translated, scheduled, corrected, retracted; fans see each at once."""

import datetime as dt
import pathlib
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportsbrain.channel.actions import (
    StoryDraft,
    VideoDraft,
    Words,
    publish_due,
    publish_story,
    retract_story,
    take_back,
    translate_story,
    write_story,
)
from sportsbrain.channel.errors import StoryError, UnknownStoryError
from sportsbrain.channel.exports.differences import differences
from sportsbrain.channel.exports.prose import prose
from sportsbrain.channel.exports.strings import missing_strings, page_strings
from sportsbrain.channel.exports.words import LANGUAGES
from sportsbrain.channel.models import Story, StoryText
from sportsbrain.channel.queries import fan_state, story_row
from sportsbrain.channel.updates import RESULT, STORY, apply
from sportsbrain.committee.models import AuditEntry
from sportsbrain.vocabulary.statuses import ResultStatus, StoryKind, StoryState
from tests.conftest import NOW
from tests.sport.test_pages import client_of
from tests.world.test_results import final_of, record, told

HOUR = dt.timedelta(hours=1)
CLIP = VideoDraft(playlist="https://video.example/clip.m3u8",
                  captions=(("en", "https://video.example/en.vtt"),))  # fmt: skip


def draft(title: str = "A calm morning", text: str = "Nobody ran.", **more: Any) -> StoryDraft:
    words = Words(language=more.pop("language", "en"), title=title, text=text,
                  note=more.pop("note", ""))  # fmt: skip
    return StoryDraft(kind=more.pop("kind", StoryKind.STORY), words=words, **more)


def write(games: Any, one: StoryDraft | None = None, **more: Any) -> str:
    return write_story(games=games, draft=one or draft(), actor="ada", now=NOW, **more)


def out(games: Any, **more: Any) -> str:
    code = write(games, draft(**more))
    publish_story(games=games, code=code, actor="eve", now=NOW)
    return code


def test_nobody_sees_a_draft_and_everybody_a_published_story(small_games: Any) -> None:
    unit, _ = final_of(small_games)
    code = write(small_games, draft(about=(f"unit-{unit}",)))
    assert code == "a-calm-morning"
    assert fan_state(games=small_games).stories == {}
    assert told(small_games, STORY) == []
    assert publish_story(games=small_games, code=code, actor="eve", now=NOW) == "published"
    (body,) = told(small_games, STORY)
    assert (body["version"], body["about"], list(body["texts"])) == (1, [f"unit-{unit}"], ["en"])
    assert fan_state(games=small_games).stories[code].is_out
    said = AuditEntry.objects.filter(thing=f"story {code}").order_by("pk")
    assert list(said.values_list("actor", "verb")) == [("ada", "wrote"), ("eve", "published")]


def test_a_scheduled_story_comes_out_at_its_moment_once(small_games: Any) -> None:
    code = write(small_games)
    assert publish_story(
        games=small_games, code=code, actor="eve", now=NOW, at=NOW + HOUR
    ) is StoryState.SCHEDULED  # fmt: skip
    assert publish_due(games=small_games, now=NOW + HOUR - dt.timedelta(seconds=1)) == 0
    assert publish_due(games=small_games, now=NOW + HOUR) == 1
    assert publish_due(games=small_games, now=NOW + 2 * HOUR) == 0
    row = story_row(games_id=small_games.id, code=code)
    assert row is not None
    assert (row.state, row.published_at) == ("published", NOW + HOUR)
    other = write(small_games, draft("Later"))
    publish_story(games=small_games, code=other, actor="eve", now=NOW, at=NOW + HOUR)
    take_back(games=small_games, code=other, actor="eve", now=NOW)
    assert publish_due(games=small_games, now=NOW + 2 * HOUR) == 0


def test_a_correction_says_what_it_corrects_and_keeps_what_was_there(small_games: Any) -> None:
    code = out(small_games)
    with pytest.raises(StoryError, match="say what is corrected"):
        write(small_games, draft(text="Somebody ran."), code=code, read_at=1)
    write(small_games, draft(text="Somebody ran.", note="Somebody did run."), code=code, read_at=1)
    row = story_row(games_id=small_games.id, code=code)
    assert row is not None
    assert (row.original.text, row.original.note) == ("Somebody ran.", "Somebody did run.")
    assert row.corrected_at == NOW
    assert [body["version"] for body in told(small_games, STORY)] == [1, 2]
    kept = StoryText.objects.filter(story__code=code).order_by("number")
    assert list(kept.values_list("text", flat=True)) == ["Nobody ran.", "Somebody ran."]


def test_what_is_retracted_leaves_its_reason_and_none_of_its_words(small_games: Any) -> None:
    code = out(small_games, text="Secret words")
    with pytest.raises(StoryError, match="why"):
        retract_story(games=small_games, code=code, reason=" ", actor="ada", now=NOW)
    retract_story(games=small_games, code=code, reason="It was another day.", actor="ada", now=NOW)
    body = told(small_games, STORY)[-1]
    assert (body["state"], body["retraction"]) == ("retracted", "It was another day.")
    assert "Secret" not in str(body)
    story = fan_state(games=small_games).stories[code]
    assert (story.is_out, story.texts) == (False, {})
    for again in (
        lambda: retract_story(games=small_games, code=code, reason="x", actor="a", now=NOW),
        lambda: publish_story(games=small_games, code=code, actor="a", now=NOW),
        lambda: write(small_games, draft(), code=code, read_at=1),
    ):  # fmt: skip
        with pytest.raises(StoryError):
            again()


def test_a_translation_is_old_once_the_original_went_on(small_games: Any) -> None:
    code = out(small_games)
    words = Words(language="fr", title="Un matin calme", text="Personne n'a couru.")
    given: Any = {"games": small_games, "code": code, "actor": "lea", "now": NOW}
    translate_story(words=words, source_number=1, **given)
    row = story_row(games_id=small_games.id, code=code)
    assert row is not None
    assert not row.is_stale("fr")
    write(small_games, draft(text="Somebody ran.", note="one did"), code=code, read_at=1)
    row = story_row(games_id=small_games.id, code=code)
    assert row is not None
    assert row.is_stale("fr")
    assert fan_state(games=small_games).stories[code].in_language("fr")[1].title == words.title
    assert fan_state(games=small_games).stories[code].in_language("ar")[0] == "en"
    translate_story(words=words, source_number=2, read_at=1, **given)
    with pytest.raises(StoryError, match="no number 3"):
        translate_story(words=words, source_number=3, read_at=2, **given)


def test_a_picture_has_words_in_each_language(small_games: Any) -> None:
    words = Words(language="en", title="Fog", text="x", picture_words="Fog over water")
    one = StoryDraft(kind=StoryKind.STORY, words=words, picture="https://pictures.example/a.jpg")
    code = write(small_games, one)
    given: Any = {"games": small_games, "code": code, "actor": "lea", "now": NOW}
    with pytest.raises(StoryError, match="what the picture shows"):
        translate_story(words=Words(language="fr", title="Brume", text="x"), source_number=1,
                        **given)  # fmt: skip


def test_what_is_written_over_before_its_moment_is_approved_again(small_games: Any) -> None:
    code = write(small_games)
    publish_story(games=small_games, code=code, actor="eve", now=NOW, at=NOW + HOUR)
    write(small_games, draft(text="Other words."), code=code, read_at=1)
    assert publish_due(games=small_games, now=NOW + 2 * HOUR) == 0
    row = story_row(games_id=small_games.id, code=code)
    assert row is not None
    assert row.state == "draft"
    with pytest.raises(StoryError, match="between"):
        publish_story(games=small_games, code=code, actor="eve", now=NOW,
                      at=dt.datetime(1, 1, 1, tzinfo=dt.UTC))  # fmt: skip


def test_who_wrote_second_is_told_and_nothing_is_overwritten(small_games: Any) -> None:
    code = write(small_games)
    write(small_games, draft(text="First."), code=code, read_at=1)
    with pytest.raises(StoryError, match="ada wrote version 2 while you wrote over 1"):
        write(small_games, draft(text="Second."), code=code, read_at=1)
    row = story_row(games_id=small_games.id, code=code)
    assert row is not None
    assert row.original.text == "First."


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (draft(title=" "), "a title"),
        (draft(text=""), "a text"),
        (draft(title="x" * 201), "title: at most"),
        (draft(text="a\x00b"), "U.0000"),
        (draft(title="a\x0bb"), "U.000B"),
        (draft(language="a/b"), "a language"),
        (draft(about=("unit-NONE",)), "no 'unit-NONE'"),
        (draft(picture="javascript:alert(1)"), "https://"),
        (draft(picture="https://pictures.example/a.jpg"), "what the picture shows"),
        (draft(kind=StoryKind.VIDEO), "video record"),
        (draft(video=CLIP), "video record"),
        (draft(kind=StoryKind.VIDEO, video=VideoDraft(playlist="https://a.example/b", captions=())),
         "captions"),
        (draft(kind=StoryKind.VIDEO, video=VideoDraft(playlist="data:x", captions=CLIP.captions)),
         "playlist: an address"),
        (draft(kind=StoryKind.VIDEO,
               video=VideoDraft(playlist="/a", captions=CLIP.captions, territories=("France",))),
         "two letters"),
        (draft(kind=StoryKind.POST, text="x" * 1001), "text: at most 1,000"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_refused_with_its_reason(
    small_games: Any, one: StoryDraft, reason: str
) -> None:
    with pytest.raises(StoryError, match=reason):
        write(small_games, one)
    assert not Story.objects.exists()


def test_titles_of_one_name_and_of_any_script_have_codes_of_their_own(small_games: Any) -> None:
    codes = [write(small_games, draft(title)) for title in ("Gold", "Gold", "Write", "سباق", "!!!")]
    assert codes[:3] == ["gold", "gold-2", "write-2"]
    assert len(set(codes)) == 5
    with pytest.raises(UnknownStoryError):
        publish_story(games=small_games, code="none", actor="eve", now=NOW)


@pytest.mark.django_db
def test_what_the_log_tells_is_what_a_fresh_read_finds(small_games: Any) -> None:
    state = fan_state(games=small_games)
    code = out(small_games, kind=StoryKind.VIDEO, video=CLIP, about=())
    translate_story(games=small_games, code=code, words=Words(language="ar", title="صباح"),
                    source_number=1, actor="lea", now=NOW)  # fmt: skip
    write(small_games, draft(kind=StoryKind.VIDEO, video=CLIP, note="longer"), code=code, read_at=1)
    gone = out(small_games, title="Gone")
    retract_story(games=small_games, code=gone, reason="wrong", actor="ada", now=NOW)
    for body in told(small_games, STORY):
        state, touched = apply(state, STORY, body["code"], body)
        assert touched.stories == {body["code"]}
    assert state.stories == fan_state(games=small_games).stories
    again, touched = apply(state, STORY, code, told(small_games, STORY)[0])
    assert again.stories == state.stories, "an older word changes nothing"
    assert not touched.stories


@given(st.text(max_size=200))
def test_no_text_of_a_writer_becomes_markup_of_its_own(text: str) -> None:
    shown = str(prose(text)).casefold()
    for evil in ("<script", "<img", "<iframe", "<style", 'href="javascript:'):
        assert evil not in shown


def test_scripts_and_dangerous_links_are_words_and_headings_are_below_the_title() -> None:
    shown = prose("# Big\n\n<script>x</script> [a](javascript:alert(1)) ![b](https://c.example/d)")
    assert "<h2>Big</h2>" in shown
    assert "<script" not in shown
    assert "href" not in prose("[a](javascript:alert(1))")
    assert "<img" not in shown


@given(st.text("ab \n", max_size=30), st.text("ab \n", max_size=30))
def test_differences_hold_both_texts_whole(old: str, new: str) -> None:
    found = differences(old, new)
    assert "".join(text for kind, text in found if kind != "new") == old
    assert "".join(text for kind, text in found if kind != "gone") == new


def test_every_language_has_every_word_of_the_pages() -> None:
    assert len(page_strings()) > 80
    assert {one.tag: missing_strings(one) for one in LANGUAGES} == {
        one.tag: [] for one in LANGUAGES
    }  # fmt: skip


def test_planners_write_approvers_publish_and_viewers_read(small_games: Any) -> None:
    viewer, planner, approver = (client_of(one) for one in ("viewer", "planner", "approver"))
    unit, _ = final_of(small_games)
    typed = {"kind": "story", "language": "en", "title": "Dawn", "text": "Fog.", "about": unit,
             "read_at": "0"}  # fmt: skip
    assert viewer.post("/games/REFS1/stories/write/", typed).status_code == 403
    wrong = planner.post("/games/REFS1/stories/write/", {**typed, "about": "Nobody of that name"})
    assert wrong.status_code == 422
    assert "Nothing is called" in wrong.content.decode()
    assert "Fog." in wrong.content.decode(), "what was typed is kept"
    assert planner.post("/games/REFS1/stories/write/", typed).status_code == 302
    row = story_row(games_id=small_games.id, code="dawn")
    assert row is not None
    assert row.about == (f"unit-{unit}",)
    settle = "/games/REFS1/stories/dawn/settle/"
    assert planner.post(settle, {"verb": "publish"}).status_code == 403
    zone = ZoneInfo(small_games.time_zone)
    approver.post(settle, {"verb": "schedule", "at": "2099-01-01T10:00"})
    row = story_row(games_id=small_games.id, code="dawn")
    assert row is not None
    assert row.publish_at == dt.datetime(2099, 1, 1, 10, tzinfo=zone)
    assert approver.post(settle, {}).status_code == 400, "nothing is published by mistake"
    approver.post(settle, {"verb": "schedule", "at": "0001-01-01T00:00"})
    approver.post(settle, {"verb": "publish"})
    assert "Dawn" in viewer.get("/games/REFS1/stories/").content.decode()
    page = viewer.get("/games/REFS1/stories/dawn/").content.decode()
    assert '<form method="post"' not in page
    assert planner.post(settle, {"verb": "retract", "reason": ""}).status_code == 302
    assert story_row(games_id=small_games.id, code="dawn").state == "published"  # type: ignore[union-attr]
    planner.post(settle, {"verb": "retract", "reason": "wrong\x00day"})
    planner.post(settle, {"verb": "retract", "reason": "wrong day"})
    assert viewer.get("/games/REFS1/stories/dawn/as/en/").status_code == 302
    assert "As fans see it" not in viewer.get("/games/REFS1/stories/dawn/").content.decode()
    assert story_row(games_id=small_games.id, code="dawn").state == "retracted"  # type: ignore[union-attr]
    assert viewer.get("/games/REFS1/stories/none/").status_code == 404


def test_translators_see_what_changed_and_fans_pages_can_be_looked_at_before(
    small_games: Any,
) -> None:
    planner = client_of("planner")
    code = write(small_games, draft(text="The race begins at ten."))
    address = f"/games/REFS1/stories/{code}/in/ar/"
    assert "Not yet in this language" in planner.get(address).content.decode()
    typed = {"title": "صباح", "text": "نص", "source_number": "1", "read_at": "0"}
    assert planner.post(address, typed).status_code == 302
    write(small_games, draft(text="The race begins at noon."), code=code, read_at=1)
    page = planner.get(address).content.decode()
    assert "<del>ten.</del>" in page
    assert "<ins>noon.</ins>" in page
    overview = planner.get("/games/REFS1/stories/translations/").content.decode()
    assert "The original went on" in overview
    assert planner.post(address, typed).status_code == 422, "somebody wrote meanwhile"
    seen = planner.get(f"/games/REFS1/stories/{code}/as/ar/").content.decode()
    assert 'dir="rtl"' in seen
    assert "صباح" in seen
    assert planner.get(f"/games/REFS1/stories/{code}/as/xx/").status_code == 404


def test_another_games_has_none_of_these_stories(small_games: Any, db: None) -> None:
    code = write(small_games)
    assert story_row(games_id=small_games.id + 1, code=code) is None
    assert client_of("viewer").get(f"/games/OTHER/stories/{code}/").status_code in {403, 404}


def test_a_story_is_on_its_pages_and_its_delta_says_who_hears(
    small_games: Any, tmp_path: pathlib.Path
) -> None:
    from sportsbrain.channel.exports import PageKey
    from sportsbrain.channel.jobs.journal import Delta
    from sportsbrain.channel.jobs.publisher import Publisher

    unit, order = final_of(small_games)
    publisher = Publisher(games=small_games, folder=tmp_path, tags=("en", "ar"))
    site = publisher.site
    event = site.state.units[unit].event
    code = out(small_games, about=(f"unit-{unit}",), text="**Bold** words", has_scores=True)
    (body,) = told(small_games, STORY)
    state, touched = apply(site.state, STORY, code, body)
    changed = site.take(state, touched)
    assert {PageKey(kind="story", code=code), PageKey(kind="unit", code=unit),
            PageKey(kind="event", code=event), PageKey(kind="now"),
            PageKey(kind="stories")} <= changed  # fmt: skip
    assert len(changed) < 8
    from sportsbrain.live.queries import Cursor, News

    news = News(cursor=Cursor(transaction_id=1, sequence=1), topic=STORY, key=code, body=body,
                recorded_at=NOW)  # fmt: skip
    (delta,) = publisher._deltas(news)
    assert isinstance(delta, Delta)
    whose = {f"event-{event}", "story", f"story-{code}", f"unit-{unit}"}
    assert delta.topics == tuple(sorted(whose))
    english, arabic = LANGUAGES[0], LANGUAGES[2]
    key = PageKey(kind="story", code=code)
    page = site.page(english, key, at="e.1", now=NOW)
    assert "<strong>Bold</strong>" in page
    assert "<title>A calm morning" not in page, "a title that tells a result is hidden"
    other = site.page(arabic, key, at="e.1", now=NOW)
    assert 'lang="en" dir="ltr"' in other, "what is not translated says its language"
    assert "A calm morning" not in page.partition("<h1")[0], "nor do machines read it"
    ((_, feed),) = site.feeds(english, PageKey(kind="stories"))
    assert b"words" not in feed
    assert code.encode() in feed
    assert dict(site.feeds(english, PageKey(kind="event", code=event)))
    write(small_games, draft(note="about nothing"), code=code, read_at=1)
    again = told(small_games, STORY)[-1]
    news = replace(news, body=again)
    stood = publisher._stands(news)
    site.take(*apply(site.state, STORY, code, again))
    (delta,) = publisher._deltas(news, stood)
    assert f"unit-{unit}" in delta.topics, "pages it stood on hear that it goes"
    about = write(small_games, draft("Again", about=(f"unit-{unit}",)))
    publish_story(games=small_games, code=about, actor="eve", now=NOW)
    site.take(*apply(site.state, STORY, about, told(small_games, STORY)[-1]))
    record(small_games, unit, order[:3], ResultStatus.OFFICIAL)
    body = told(small_games, RESULT)[-1]
    assert PageKey(kind="story", code=about) in site.take(*apply(site.state, RESULT, unit, body))
