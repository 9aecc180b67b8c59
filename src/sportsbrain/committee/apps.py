"""Register the app."""

import logging
from typing import Any

from django.apps import AppConfig

log = logging.getLogger(__name__)


class CommitteeConfig(AppConfig):
    """Tell Django about `committee`."""

    name = "sportsbrain.committee"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Write down who comes in, and that somebody did not."""
        from allauth.account.signals import user_logged_in
        from django.contrib.auth.signals import user_login_failed

        user_logged_in.connect(_came_in)
        user_login_failed.connect(_stayed_out)


def _came_in(sender: Any, **given: Any) -> None:
    from sportsbrain.committee.actions import record_sign_in

    record_sign_in(request=given["request"], user=given["user"])


def _stayed_out(sender: Any, **_given: Any) -> None:
    log.warning("a sign-in failed")  # no name: people write their password there, too
