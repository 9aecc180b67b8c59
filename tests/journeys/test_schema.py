"""
The API does what its own description says: requests are made from it, right and wrong ones.

`SPORTSBRAIN_SCHEMA_EXAMPLES` says how many for each operation; the nightly bench asks for more.
"""

import os
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sportsbrain.committee.actions import make_api_token
from sportsbrain.committee.models import User
from sportsbrain.world.models import EventUnit, Organisation, Venue

EXAMPLES = int(os.environ.get("SPORTSBRAIN_SCHEMA_EXAMPLES", "4"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance,
          response_schema_conformance]  # fmt: skip


def known(games: Any) -> dict[str, Any]:
    """Return what paths name, as it is there: a request that finds nothing tests little."""
    unit = EventUnit.objects.filter(games_id=games.id).order_by("pk")[0]
    return {
        "code": games.code,
        "delegation": Organisation.objects.filter(games_id=games.id).order_by("pk")[0].code,
        "venue": Venue.objects.filter(games_id=games.id).order_by("pk")[0].code,
        "key": unit.code,
        "number": 1, "run_id": 1,
    }  # fmt: skip


@pytest.fixture
def in_one_transaction() -> Iterator[None]:
    """Let requests leave the connection of the test open, as Django's own client does."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("in_one_transaction")
def test_no_operation_fails_or_says_what_it_did_not_promise(small_games: Any) -> None:
    load_all_checks()
    token = make_api_token(user_id=User.objects.get(username="approver").pk, name="t")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    there = known(small_games)
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
    assert len(operations) > 90
    asked, faults = 0, []

    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
                      phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                nonlocal asked
                given_path = case.path_parameters or {}
                case.path_parameters = {n: there.get(n, value) for n, value in given_path.items()}
                case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
                with transaction.atomic():
                    answer = case.call()
                    transaction.set_rollback(True)
                case.validate_response(answer, checks=CHECKS)
                asked += 1

            try:
                ask()
            except (Exception, FailureGroup) as error:  # noqa: BLE001  # told at the end, all
                faults.append("".join(traceback.format_exception_only(error))[:900])
    assert not faults, "\n\n".join(faults)
    assert asked > len(operations)
