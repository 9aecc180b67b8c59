"""
PostgreSQL as Django speaks it; each cursor is one of the Games that is worked for.

For a Games the connection takes the role `sportsbrain_web` and the setting ``sportsbrain.games``:
the policies of `wall.policies` show it the rows of that Games and no others, whatever a query asks.
"""

from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from sportsbrain.wall.scope import scope

ROLE = "sportsbrain_web"
SETTING = "sportsbrain.games"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that stands where `wall.scope` says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_known = False
        self._stands: int | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Take a connection, which may have worked for others."""
        self._is_known = False
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor of the Games that is worked for now."""
        wanted = scope()
        is_failed = self.connection.info.transaction_status == TransactionStatus.INERROR
        if (not self._is_known or wanted != self._stands) and not is_failed:
            self._stand(wanted)  # in a transaction that failed nothing is asked but its end
        return super().create_cursor(name)

    def _stand(self, wanted: int | None) -> None:
        role = "none" if wanted is None else ROLE
        self.connection.execute(
            f"SELECT set_config('role', %s, false), set_config('{SETTING}', %s, false)",
            [role, "" if wanted is None else str(wanted)],
        )
        self._is_known, self._stands = True, wanted

    def _rollback(self) -> None:
        self._is_known = False  # what was said within it is taken back too
        super()._rollback()  # type: ignore[misc]  # not in the stubs

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # not in the stubs
        self._is_known = False
