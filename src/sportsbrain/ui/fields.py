"""Fields of forms that several subjects ask for."""

from django import forms


class MomentInput(forms.DateTimeInput):
    """A day and a time in one field."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")  # what browsers take
