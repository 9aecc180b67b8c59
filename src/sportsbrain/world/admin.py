"""Facts in the admin: changed through the same door as everything else, so history is kept."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from sportsbrain.world.actions import save_one
from sportsbrain.world.models import Event, Location, Organisation, Participant, Venue

TABLES = (
    (Venue, "venues", ("name", "latitude", "longitude", "time_zone", "zone", "spectators_max")),
    (Location, "locations", ("name", "units_at_once")),
    (Organisation, "organisations", ("name",)),
    (Event, "events", ("name", "gender")),
    (Participant, "participants", ("name", "gender", "birth_date", "height_cm")),
)


def _admin_of(table: str, names: tuple[str, ...]) -> Any:
    class FactAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
        """Change one fact; new facts come in by import."""

        list_display = ("code", "games", *names)
        list_filter = ("games",)
        search_fields = ("code", "name")
        fields = names

        def has_add_permission(self, request: HttpRequest) -> bool:
            """Refuse: new facts come in by import."""
            return False

        def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            """Refuse: facts are not deleted."""
            return False

        def save_model(
            self, request: HttpRequest, obj: models.Model, form: Any, change: bool
        ) -> None:
            """Save through the one door for facts."""
            values = {"code": vars(obj)["code"], **{n: form.cleaned_data[n] for n in names}}
            save_one(
                games_id=vars(obj)["games_id"],
                table=table,
                values=values,
                fact_source=f"person:{request.user.get_username()}",
            )

    return FactAdmin


for model, table, names in TABLES:
    admin.site.register(model, _admin_of(table, names))
