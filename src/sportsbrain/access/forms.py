"""Forms of people: one person, a list, a decision."""

import re
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sportsbrain.access.actions import PersonValues
from sportsbrain.access.queries import CategoryRow, Person, RuleValues
from sportsbrain.vocabulary.marks import Better
from sportsbrain.vocabulary.people import FieldClass, RightKind

NATION_MAX = 3


class DayInput(forms.DateInput):
    """A day, as browsers take it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PersonForm(forms.Form):
    """What everybody is asked; own questions of the category follow."""

    family_name = forms.CharField(label=_("Family name"), max_length=120, required=False)
    given_name = forms.CharField(label=_("Given name"), max_length=120, required=False)
    birth_date = forms.DateField(label=_("Birth date"), widget=DayInput(), required=False)
    gender = forms.ChoiceField(
        label=_("Gender"),
        required=False,
        choices=(("", "—"), ("W", _("woman")), ("M", _("man")), ("X", _("other"))),
    )
    nationality = forms.CharField(
        label=_("Nationality, three letters"), max_length=NATION_MAX, required=False
    )
    document = forms.CharField(label=_("Passport number"), max_length=40, required=False)
    function = forms.CharField(label=_("Function, such as coach"), max_length=80, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=200, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    guardian = forms.CharField(
        label=_("Guardian of a minor, with telephone"), max_length=200, required=False
    )
    needs = forms.CharField(
        label=_("Needs: wheelchair, diet, interpreter"), max_length=500, required=False
    )
    photo = forms.FileField(label=_("Photograph"), required=False)
    starts_on = forms.DateField(
        label=_("First day of the card (a day pass has one)"), widget=DayInput(), required=False
    )
    ends_on = forms.DateField(label=_("Last day of the card"), widget=DayInput(), required=False)

    def __init__(
        self,
        category: CategoryRow,
        data: Any = None,
        files: Any = None,
        *,
        initial: Any = None,
        has_days: bool = False,
    ) -> None:
        super().__init__(data, files, auto_id="person-%s", initial=initial)
        if not has_days:
            del self.fields["starts_on"], self.fields["ends_on"]
        self.category = category
        self.fields["photo"].widget.attrs["accept"] = "image/jpeg,image/png"
        for key, text, choices, is_needed, _is_sensitive in category.questions:
            name = f"q-{key}"
            if choices:
                words = (("", "—"), *((choice, choice) for choice in choices))
                self.fields[name] = forms.ChoiceField(label=text, choices=words, required=False)
            else:
                self.fields[name] = forms.CharField(label=text, max_length=300, required=False)
            self.fields[name].widget.attrs["data-needed"] = "yes" if is_needed else "no"

    def values(self, *, code: str, client: str, photo: str) -> PersonValues:
        """Return what was filled in."""
        found = self.cleaned_data
        answers = {
            key: found[f"q-{key}"]
            for key, *_rest in self.category.questions
            if found.get(f"q-{key}")
        }
        plain: dict[str, Any] = {
            name: found[name] or ""
            for name in ("family_name", "given_name", "gender", "document", "function", "email",
                         "phone", "guardian", "needs")
        }  # fmt: skip
        return PersonValues(
            code=code,
            client=client,
            category=self.category.code,
            birth_date=found["birth_date"],
            starts_on=found.get("starts_on"),
            ends_on=found.get("ends_on"),
            nationality=found["nationality"].upper(),
            photo=photo,
            answers=answers,
            **plain,
        )

    @staticmethod
    def initial_of(person: Person, answers: dict[str, str]) -> dict[str, Any]:
        """Return what is known of a person."""
        known = {name: value for name, value in person.fields.items() if name != "photo"}
        days = {"starts_on": person.starts_on, "ends_on": person.ends_on}
        return {**known, **days, **{f"q-{key}": value for key, value in answers.items()}}


CLASS_NAMES = {
    FieldClass.NAME: _("name and photograph"),
    FieldClass.IDENTITY: _("identity"),
    FieldClass.CONTACT: _("contact"),
    FieldClass.NEEDS: _("needs"),
    FieldClass.VETTING: _("reasons of checks"),
}


class MomentInput(forms.DateTimeInput):
    """A day and a time of day, as browsers take it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=10_000, required=False)


class EventRuleForm(forms.Form):
    """What an event asks of those who are entered; empty asks nothing."""

    places = _count(_("Places of a delegation"))
    reserves = _count(_("Reserves of a delegation"))
    places_all = _count(_("Places in all"))
    age_min = _count(_("Youngest age"))
    age_max = _count(_("Oldest age"))
    age_on = forms.DateField(label=_("Age on this day"), widget=DayInput(), required=False)
    standard = forms.CharField(label=_("Minimum standard"), max_length=20, required=False)
    better = forms.ChoiceField(
        label=_("Better is"),
        required=False,
        choices=(("", "—"), (Better.LESS.value, _("less")), (Better.MORE.value, _("more"))),
    )
    size_min = _count(_("Smallest team"))
    size_max = _count(_("Largest team"))
    closes_at = forms.DateTimeField(label=_("Entries close"), widget=MomentInput(), required=False)
    asks_nation = forms.BooleanField(label=_("Passport of the delegation"), required=False)

    @classmethod
    def of(cls, rule: RuleValues | None) -> "EventRuleForm":
        """Return the form filled with a rule."""
        return cls(initial=asdict(rule) if rule else None, auto_id="rule-%s")

    def values(self) -> RuleValues:
        """Return what was filled in."""
        found = {
            name: value
            for name, value in self.cleaned_data.items()
            if value is not None and value != ""
        }
        return RuleValues(**found)


RIGHT_WORDS, WORD_MAX = 3, 20


class CategoryForm(forms.Form):
    """What people are accredited as, its row of the matrix and its own questions, line by line."""

    code = forms.RegexField(r"^[A-Z][A-Z0-9]{1,11}$", label=_("Code"), max_length=12)
    name = forms.CharField(label=_("Name"), max_length=120)
    client_group = forms.CharField(label=_("Client group"), max_length=40)
    age_min = forms.IntegerField(label=_("Youngest age"), min_value=0, max_value=99, required=False)
    closes_at = forms.DateTimeField(
        label=_("Registration closes"), widget=MomentInput(), required=False
    )
    needs_check = forms.BooleanField(label=_("Background check"), required=False)
    needs_photo = forms.BooleanField(label=_("Photograph on the card"), required=False)
    rights = forms.CharField(
        label=_("On every card: kind, place, code"), widget=forms.Textarea, required=False
    )
    upgrades = forms.CharField(
        label=_("On demand: kind, place, code"), widget=forms.Textarea, required=False
    )
    questions = forms.CharField(
        label=_("Questions: key | question | answers to choose | needed, sensitive"),
        widget=forms.Textarea,
        required=False,
    )

    @classmethod
    def of(cls, row: CategoryRow) -> "CategoryForm":
        """Return the form filled with a category."""
        lines: dict[bool, list[str]] = {True: [], False: []}
        for kind, place, code, is_default in row.rights:
            lines[is_default].append(f"{kind} {place} {code}")
        asked = []
        for key, text, choices, is_needed, is_sensitive in row.questions:
            marks = [w for w, so in (("needed", is_needed), ("sensitive", is_sensitive)) if so]
            asked.append(" | ".join((key, text, ", ".join(choices), ", ".join(marks))))
        initial = {
            name: getattr(row, name)
            for name in ("code", "name", "client_group", "age_min", "closes_at", "needs_check",
                         "needs_photo")
        }  # fmt: skip
        initial |= {
            "rights": "\n".join(lines[True]),
            "upgrades": "\n".join(lines[False]),
            "questions": "\n".join(asked),
        }
        return cls(initial=initial, auto_id="category-%s")

    def _cells(self, name: str) -> list[tuple[RightKind, str, str]]:
        found = []
        for line in self.cleaned_data[name].splitlines():
            words = line.split()
            if not words:
                continue
            if len(words) != RIGHT_WORDS or words[0] not in set(RightKind):
                kinds = ", ".join(kind.value for kind in RightKind)
                message = _("%(line)s: write a kind (%(kinds)s), a place or *, and a code")
                raise forms.ValidationError(message % {"line": line, "kinds": kinds})
            if max(len(words[1]), len(words[2])) > WORD_MAX:
                message = _("%(line)s: a place and a code have 20 letters at most")
                raise forms.ValidationError(message % {"line": line[:60]})
            found.append((RightKind(words[0]), words[1], words[2]))
        return found

    def clean_rights(self) -> list[tuple[RightKind, str, str]]:
        """Return the cells that stand on every card."""
        return self._cells("rights")

    def clean_upgrades(self) -> list[tuple[RightKind, str, str]]:
        """Return the cells that are given on demand."""
        return self._cells("upgrades")

    def clean_questions(self) -> dict[str, dict[str, Any]]:
        """Return the questions by key."""
        found: dict[str, dict[str, Any]] = {}
        for line in self.cleaned_data["questions"].splitlines():
            parts = [part.strip() for part in line.split("|")]
            if parts == [""]:
                continue
            parts += [""] * (4 - len(parts))
            if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", parts[0]) or not parts[1]:
                message = _("%(line)s: write a key of small letters, |, and the question")
                raise forms.ValidationError(message % {"line": line})
            marks = {mark.strip() for mark in parts[3].split(",")}
            found[parts[0]] = {
                "text": parts[1][:200],
                "choices": [choice.strip() for choice in parts[2].split(",") if choice.strip()],
                "is_needed": "needed" in marks,
                "is_sensitive": "sensitive" in marks,
            }
        return found

    def cells(self) -> tuple[tuple[RightKind, str, str, bool], ...]:
        """Return the row of the matrix: kind, place, code, whether on every card."""
        found = self.cleaned_data
        cells = {**dict.fromkeys(found["upgrades"], False), **dict.fromkeys(found["rights"], True)}
        return tuple((*cell, is_default) for cell, is_default in cells.items())
