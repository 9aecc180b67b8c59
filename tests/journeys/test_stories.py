"""A video is written, translated, scheduled, played, corrected and retracted before open pages."""

import datetime as dt
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from sportsbrain.channel.actions import publish_due
from sportsbrain.channel.models import Story
from tests.journeys.conftest import CHROMIUM, signed_in
from tests.journeys.looks import arabic_of, faults_of
from tests.journeys.test_fans import Fans, fans  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
]  # fmt: skip
SOON = 5_000  # milliseconds in which what is retracted is gone


def make_clip(folder: pathlib.Path) -> None:
    """Make six seconds of grey as HLS, and captions of it."""
    import av
    import numpy as np

    folder.mkdir(parents=True)
    with av.open(str(folder / "clip.m3u8"), "w", format="hls",
                 options={"hls_time": "2", "hls_playlist_type": "vod"}) as made:  # fmt: skip
        stream = made.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for n in range(60):
            grey = np.full((90, 160, 3), 4 * n, np.uint8)
            made.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        made.mux(stream.encode())
    (folder / "en.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:06.000\nA grey wall\n")
    (folder / "fr.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:06.000\nUn mur gris\n")


@pytest.fixture
def writer(browser: Any, live_server: Any, fans: Fans) -> Iterator[Any]:  # noqa: F811
    context = signed_in(browser, live_server, "approver")
    page = context.new_page()
    page.goto(f"{live_server.url}/games/REFS1/stories/")
    yield page
    context.close()


def tell(fans: Fans) -> None:  # noqa: F811
    """Let the publisher tell and make what is new."""
    fans.publisher.step()
    fans.publisher.make_all()


def write_video(writer: Any, fans: Fans) -> None:  # noqa: F811
    """Write a video and its French words, scheduled for a day far away."""
    make_clip(fans.folder / "REFS1" / "clips")
    writer.click("text=Add a video")
    for name, value in {
        "title": "The grey wall", "text": "It **stands**.", "about": fans.unit,
        "playlist": f"{fans.address}/clips/clip.m3u8", "seconds": "6",
    }.items():  # fmt: skip
        writer.fill(f"[name={name}]", value)
    writer.fill("#caption1", f"{fans.address}/clips/en.vtt")
    writer.select_option("[name=caption_language] >> nth=1", "fr")
    writer.fill("#caption2", f"{fans.address}/clips/fr.vtt")
    writer.click("text=Keep the draft")
    writer.wait_for_selector(".answer:has-text('Draft')")
    writer.click("a:text-is('Français')")
    writer.fill("#title", "Le mur gris")
    writer.fill("#text", "Il tient.")
    writer.click("text=Keep the translation")
    writer.click("p a:has-text('The grey wall')")
    writer.fill("#at", "2099-01-01T10:00")
    writer.click("button:text-is('Schedule')")
    writer.wait_for_selector(".answer:has-text('Scheduled')")


PLAYED = """async () => {
  const video = document.querySelector("video");
  video.muted = true;
  await video.play();
  const track = [...video.textTracks].find((one) => one.mode === "showing");
  await new Promise((done) => {
    video.ontimeupdate = () => track.activeCues?.length && video.currentTime > 0 && done();
  });
  window.same = video;
  return [track.language, track.activeCues[0].text, video.videoWidth];
}"""


def test_a_video_from_the_first_word_to_its_retraction(
    browser: Any, fans: Fans, writer: Any  # noqa: F811
) -> None:  # fmt: skip
    write_video(writer, fans)
    tell(fans)
    context = browser.new_context()
    story, lists = context.new_page(), context.new_page()
    assert story.goto(f"{fans.address}/en/story/the-grey-wall/").status == 404
    lists.goto(f"{fans.address}/en/stories/")
    assert lists.locator("[data-story]").count() == 0
    publish_due(games=fans.games, now=dt.datetime(2099, 1, 2, tzinfo=dt.UTC))
    tell(fans)
    lists.wait_for_selector("[data-story='the-grey-wall']")
    story.goto(f"{fans.address}/fr/story/the-grey-wall/")
    assert story.locator("h1").inner_text() == "Le mur gris"
    assert story.locator(f"[data-u='{fans.unit}']").count() == 1
    assert story.evaluate(PLAYED) == ["fr", "Un mur gris", 160]
    writer.reload()
    writer.fill("[name=text]", "It **stood**.")
    writer.fill("[name=note]", "It fell at noon.")
    writer.click("text=Correct the story")
    tell(fans)
    story.bring_to_front()
    story.wait_for_selector(".note", timeout=SOON)
    assert story.evaluate("window.same.isConnected && (!window.same.paused || window.same.ended)")
    lists.goto(f"{fans.address}/en/story/the-grey-wall/")
    assert "It fell at noon." in lists.locator(".note").inner_text()
    lists.goto(f"{fans.address}/en/stories/")
    writer.reload()
    writer.fill("[name=reason]", "It was another wall.")
    writer.click("text=Withdraw the story")
    tell(fans)
    story.wait_for_selector("text=It was another wall.", timeout=SOON)
    assert story.locator("video").count() == 0
    lists.bring_to_front()
    lists.wait_for_selector("[data-story]", state="detached", timeout=SOON)
    context.close()
    assert Story.objects.get().state == "retracted"
    assert fans.publisher.site.state.stories["the-grey-wall"].version == 3


def test_the_writers_pages_and_a_story_have_no_fault(
    browser: Any, fans: Fans, writer: Any, live_server: Any  # noqa: F811
) -> None:  # fmt: skip
    writer.click("text=Write a live post")
    writer.fill("[name=title]", "Fog over the water")
    writer.click("text=Keep the draft")
    writer.click("text=Publish now")
    writer.wait_for_selector(".answer:has-text('Published')")
    tell(fans)
    own = f"{live_server.url}/games/REFS1"
    code = "fog-over-the-water"
    pages = [f"{own}/stories/", f"{own}/stories/write/?kind=video", f"{own}/stories/{code}/",
             f"{own}/stories/{code}/in/ar/", f"{own}/stories/translations/",
             f"{own}/stories/{code}/as/en/"]  # fmt: skip
    found = [fault for address in pages for fault in faults_of(writer, address)]
    context = browser.new_context()
    page = context.new_page()
    for kind in (f"story/{code}", "stories"):
        found += faults_of(page, f"{fans.address}/en/{kind}/")
        found += arabic_of(page, f"{fans.address}/ar/{kind}/")
    context.close()
    assert found == []
