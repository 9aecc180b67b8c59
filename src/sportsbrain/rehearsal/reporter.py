"""A reporter of a rehearsal: a story to begin with, and a line for each gold in six languages."""

import contextlib
from collections.abc import Mapping
from typing import Any

from sportsbrain.rehearsal.doors import DoorError, Doors
from sportsbrain.rehearsal.results import Word
from sportsbrain.world.queries import PublicFacts

GOLD = {
    "en": ("Gold for {name}", "{name} ({organisation}) wins the {event}."),
    "fr": ("L’or pour {name}", "{name} ({organisation}) remporte l’épreuve {event}."),
    "ar": ("الذهب لـ {name}", "{name} ({organisation}) يفوز في {event}."),
    "es": ("Oro para {name}", "{name} ({organisation}) gana {event}."),
    "pt": ("Ouro para {name}", "{name} ({organisation}) vence {event}."),
    "zh-Hans": ("{name}夺得金牌", "{name}（{organisation}）赢得{event}。"),
}
OPENING = {
    "en": (
        "How to follow the Games here",
        "Everything that runs stands under **Now**, with the next starts below it.\n\n"
        "## Your own\n\n- *Follow* an athlete, a country or a sport: it stands in **My list**.\n"
        "- Take the calendar of your list with you.\n"
        "- Times are those of the Games; yours stand beside them in brackets.\n\n"
        "## No spoilers\n\n**Hide scores** at the foot of each page hides them everywhere, also in"
        " what comes in live, until you ask.",
    ),
    "fr": (
        "Comment suivre les Jeux ici",
        "Tout ce qui est en cours figure sous **Maintenant**, avec les prochains départs.\n\n"
        "## À vous\n\n- *Suivez* un athlète, un pays ou un sport : il figure dans **Ma liste**.\n"
        "- Emportez le calendrier de votre liste.\n"
        "- Les heures sont celles des Jeux ; les vôtres sont entre parenthèses.\n\n"
        "## Sans dévoiler\n\n**Masquer les scores**, au pied de chaque page, les cache partout.",
    ),
    "ar": (
        "كيف تتابع الألعاب هنا",
        "كل ما هو جارٍ تجده تحت **الآن**، وتحته ما يبدأ قريبًا.\n\n"
        "## ما يخصك\n\n- *تابع* رياضيًا أو بلدًا أو رياضة: تجدها في **قائمتي**.\n"
        "- خذ تقويم قائمتك معك.\n- الأوقات بتوقيت الألعاب، وتوقيتك بجانبها بين قوسين.\n\n"
        "## دون كشف النتائج\n\n**إخفاء النتائج** أسفل كل صفحة يخفيها في كل مكان.",
    ),
}


class Reporter:
    """Write what happened through the door that writers use; what is refused is passed over."""

    def __init__(self, doors: Doors, facts: PublicFacts) -> None:
        self.doors = doors
        self.is_open = False
        self.events = {row["code"]: row for row in facts.events}
        self.units = {row["code"]: row for row in facts.units}
        self.people = {row["code"]: row for row in facts.competitors}

    def open(self) -> None:
        """Begin with a story, where there is none yet."""
        self.is_open = True
        with contextlib.suppress(DoorError):
            if not self.doors.get("stories"):
                self._write({"kind": "story"}, OPENING, {})

    def heard(self, word: Word) -> None:
        """Write a line when an official result gives a gold medal; the first time, the opening."""
        if not self.is_open:
            self.open()
        unit = self.units.get(word.unit)
        if unit is None or word.status != "OFFICIAL" or unit["medal"] != "1":
            return
        first = next((row["competitor"] for row in word.results if row["rank"] == 1), None)
        person = self.people.get(first or "")
        if person is None:
            return
        about = [f"event-{unit['event']}", f"athlete-{first}",
                 f"organisation-{person['organisation']}"]  # fmt: skip
        names = {"name": person["name"], "organisation": person["organisation"],
                 "event": self.events[unit["event"]]["name"]}  # fmt: skip
        with contextlib.suppress(DoorError):
            self._write({"kind": "post", "about": about, "has_scores": True}, GOLD, names)

    def _write(
        self, story: dict[str, Any], words: Mapping[str, tuple[str, str]], names: Mapping[str, str]
    ) -> None:
        texts = [{"language": tag, "title": title.format(**names)[:200],
                  "text": text.format(**names)}
                 for tag, (title, text) in words.items()]  # fmt: skip
        code = self.doors.post("stories", {**story, "words": texts[0]})["story"]
        for one in texts[1:]:
            self.doors.post(f"stories/{code}/texts", {"words": one, "source_number": 1})
        self.doors.post(f"stories/{code}/publish", {})
