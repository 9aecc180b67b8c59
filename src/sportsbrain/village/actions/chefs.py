"""Seats of chefs de mission."""

from sportsbrain.village.models import ChefDeMission


def seat_chef(*, games_id: int, delegation: str, user_id: int, username: str) -> None:
    """Let somebody run a delegation in the village."""
    ChefDeMission.objects.get_or_create(
        games_id=games_id, delegation=delegation, user_id=user_id,
        defaults={"username": username[:150]},
    )  # fmt: skip


def unseat_chef(*, games_id: int, delegation: str, username: str) -> None:
    """Let somebody run it no longer."""
    ChefDeMission.objects.filter(
        games_id=games_id, delegation=delegation, username=username
    ).delete()
