"""Forms of people: one person, a list, a decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sportsbrain.access.actions import PersonValues
from sportsbrain.access.queries import CategoryRow, Person
from sportsbrain.vocabulary.people import FieldClass

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

    def __init__(
        self, category: CategoryRow, data: Any = None, files: Any = None, *, initial: Any = None
    ) -> None:
        super().__init__(data, files, auto_id="person-%s", initial=initial)
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
            nationality=found["nationality"].upper(),
            photo=photo,
            answers=answers,
            **plain,
        )

    @staticmethod
    def initial_of(person: Person, answers: dict[str, str]) -> dict[str, Any]:
        """Return what is known of a person."""
        known = {name: value for name, value in person.fields.items() if name != "photo"}
        return {**known, **{f"q-{key}": value for key, value in answers.items()}}


class ListForm(forms.Form):
    """A list of people to register."""

    file = forms.FileField(label=_("CSV, XLSX, or ZIP with pictures"))


class WhyForm(forms.Form):
    """A reason that somebody reads."""

    why = forms.CharField(label=_("Why"), max_length=300)


CLASS_NAMES = {
    FieldClass.NAME: _("name and photograph"),
    FieldClass.IDENTITY: _("identity"),
    FieldClass.CONTACT: _("contact"),
    FieldClass.NEEDS: _("needs"),
    FieldClass.VETTING: _("reasons of checks"),
}
