"""The root of the REST API: tokens, errors as problem+json."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import AnonRateThrottle, AuthRateThrottle, BaseThrottle

from sportsbrain.access.api import router as access_router
from sportsbrain.channel.api import router as channel_router
from sportsbrain.channel.errors import StoryError, UnknownStoryError
from sportsbrain.committee.errors import DeniedError, ExerciseError
from sportsbrain.committee.queries import token_row
from sportsbrain.controlroom.api import router as controlroom_router
from sportsbrain.controlroom.errors import RoomError, WhatIfStateError
from sportsbrain.credentials.errors import KeyMissingError
from sportsbrain.feeds.odf.api import router as odf_router
from sportsbrain.feeds.tables.api import router as tables_router
from sportsbrain.feeds.tables.sources import SourceError
from sportsbrain.ledger.errors import LedgerError
from sportsbrain.live.errors import HookError
from sportsbrain.plans.errors import NothingToPlanError, UnknownRunError, UnknownVersionError
from sportsbrain.shop.api import router as shop_router
from sportsbrain.shop.errors import ShopError
from sportsbrain.sport.api import router
from sportsbrain.sport.errors import PublishRefusedError, UnknownUnitError
from sportsbrain.transport.api import router as transport_router
from sportsbrain.transport.errors import RideError, UnknownRideError
from sportsbrain.venues.api import router as venues_router
from sportsbrain.venues.errors import ScanError, UnknownVenueError
from sportsbrain.village.api import router as village_router
from sportsbrain.village.errors import VillageError
from sportsbrain.vocabulary.changes import ChangeError
from sportsbrain.world.errors import MergeError, ResultError, UnknownFactError


class Token(HttpBearer):
    """`Authorization: Bearer …` with a token of a person, for as much as it is for."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """
        Return the person of the token, or nothing.

        Raises
        ------
        HttpError
            When the token is for less than what is asked.

        """
        row = token_row(token=token, now=dt.datetime.now(dt.UTC))
        if row is None:
            return None
        if not row.allows(method=request.method or "", path=request.path):
            raise HttpError(403, "this token is for less: make one that is for what you ask")
        request.user = row.user
        return row.user


class DescribedAPI(NinjaAPI):
    """The API; its description says what a refusal looks like, which every operation may answer."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """Return the description with the refusals of every operation."""
        schema = super().get_openapi_schema(**given)
        refusal = {
            "description": "Refused: the text says why and what to do",
            "content": {
                "application/problem+json": {"schema": PROBLEM},
                "application/json": {"schema": {}},  # a report, where many things are wrong
            },
        }
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"] |= {"2XX": {"description": "Done"}, "4XX": refusal}
        return schema


PROBLEM = {
    "type": "object",
    "required": ["type", "status", "title", "detail"],
    "properties": {
        "type": {"type": "string"}, "status": {"type": "integer"}, "title": {"type": "string"},
        "detail": {"type": "string"},
    },
}  # fmt: skip
# Of one process, a second: a program that runs wild stops nobody else.
throttles: list[BaseThrottle] = [AnonRateThrottle("20/s"), AuthRateThrottle(settings.API_RATE)]
api = DescribedAPI(
    title="Sports Brain", version="1", auth=Token(), urls_namespace="api", throttle=throttles
)
api.add_router("/games", controlroom_router)  # before the readers of any kind and key of sport
api.add_router("/games", access_router)
api.add_router("/games", transport_router)
api.add_router("/games", venues_router)
api.add_router("/games", shop_router)
api.add_router("/games", channel_router)
api.add_router("/games", odf_router)
api.add_router("/games", village_router)
api.add_router("/games", router)
api.add_router("/tables", tables_router)


def _problem(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    response = api.create_response(
        request,
        {"type": "about:blank", "status": status, "title": title, "detail": detail},
        status=status,
    )
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(AuthenticationError)
def _unknown_person(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    del error
    return _problem(request, 401, "Not signed in", "send Authorization: Bearer and a token")


@api.exception_handler(HttpError)
def _malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(request, error.status_code, "Not understood", str(error))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return _problem(request, 404, "Not found", str(error))


@api.exception_handler(UnknownVersionError)
@api.exception_handler(UnknownRunError)
@api.exception_handler(UnknownRideError)
@api.exception_handler(UnknownVenueError)
@api.exception_handler(UnknownUnitError)
@api.exception_handler(UnknownFactError)
@api.exception_handler(UnknownStoryError)
def _unknown(request: HttpRequest, error: LookupError) -> HttpResponse:
    return _problem(request, 404, "Not found", str(error))


@api.exception_handler(DeniedError)
def _denied(request: HttpRequest, error: DeniedError) -> HttpResponse:
    return _problem(request, 403, "Not allowed", str(error))


@api.exception_handler(ChangeError)
@api.exception_handler(PublishRefusedError)
@api.exception_handler(WhatIfStateError)
@api.exception_handler(MergeError)
@api.exception_handler(ResultError)
@api.exception_handler(StoryError)
@api.exception_handler(NothingToPlanError)
@api.exception_handler(RideError)
@api.exception_handler(ShopError)
@api.exception_handler(VillageError)
@api.exception_handler(HookError)
@api.exception_handler(LedgerError)
@api.exception_handler(ScanError)
@api.exception_handler(RoomError)
@api.exception_handler(ExerciseError)
def _refused(request: HttpRequest, error: ValueError) -> HttpResponse:
    return _problem(request, 409, "Refused", str(error))


@api.exception_handler(KeyMissingError)
def _no_key(request: HttpRequest, error: KeyMissingError) -> HttpResponse:
    return _problem(request, 409, "No key to sign with", str(error))


@api.exception_handler(OverflowError)
def _beyond(request: HttpRequest, error: OverflowError) -> HttpResponse:
    """Refuse a moment at the end of the calendar: what lies before or after it can't be said."""
    detail = f"a moment or number is too far away ({error}): say one near the Games"
    return _problem(request, 422, "Not understood", detail)


@api.exception_handler(SourceError)
def _unread(request: HttpRequest, error: SourceError) -> HttpResponse:
    return _problem(request, 422, "Not understood", str(error))


@api.exception_handler(DataError)
def _unheld(request: HttpRequest, error: DataError) -> HttpResponse:
    return _problem(request, 422, "Not understood", str(error).splitlines()[0])


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    place = ".".join(str(p) for p in first.get("loc", ()))
    return _problem(request, 422, "Not understood", f"{place}: {first.get('msg', 'invalid')}")
