"""Parcels to push services: encrypted for one browser (RFC 8291), signed as ours (RFC 8292)."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from py_vapid import Vapid, VapidException
from pywebpush import WebPushException, webpush

from sportsbrain.channel.queries import PushRow

LOG = logging.getLogger(__name__)
LIVES = {"medal": 3600, "result": 3600, "moved": 3600, "starts": 600, "story": 3600}  # seconds
TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One notice to one browser: until when it is news, how often it was tried."""

    row: PushRow
    payload: str
    kind: str
    topic: str
    until: float
    ttl: int = 0
    tries: int = 0

    @property
    def key(self) -> tuple[int, str]:
        """Return to whom it goes and of which thing."""
        return self.row.id, self.topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a push service answered; ``pause``: seconds it wants to be left alone."""

    parcel: Parcel
    is_taken: bool
    is_gone: bool = False
    is_tried_again: bool = False
    pause: float = 0.0


class Sender:
    """Send parcels to push services, encrypted for each browser and signed as ours."""

    def __init__(self, key: Path, contact: str) -> None:
        self._key, self._contact = Vapid.from_file(str(key)), contact
        self._own = threading.local()

    def send(self, parcel: Parcel) -> Outcome:
        """Send one; a service that is away or busy is tried again."""
        try:
            webpush(
                {"endpoint": parcel.row.endpoint,
                 "keys": {"p256dh": parcel.row.p256dh, "auth": parcel.row.auth}},
                parcel.payload, vapid_private_key=self._key, ttl=parcel.ttl,
                vapid_claims={"sub": self._contact}, timeout=TIMEOUT,
                headers={"Topic": parcel.topic,
                         "Urgency": "normal" if parcel.kind == "story" else "high"},
                requests_session=self._session(),
            )  # fmt: skip
        except WebPushException as error:
            answer = error.response
            status = answer.status_code if answer is not None else 0
            is_later = status == 429 or status >= 500
            return Outcome(
                parcel=parcel, is_taken=False, is_gone=status in {404, 410},
                is_tried_again=is_later, pause=_pause(answer) if is_later else 0.0,
            )  # fmt: skip
        except requests.RequestException as error:
            LOG.info("push: %s", error)
            return Outcome(parcel=parcel, is_taken=False, is_tried_again=True)
        except (ValueError, TypeError, VapidException) as error:  # this row's keys or address
            LOG.info("push: %s", error)
            return Outcome(parcel=parcel, is_taken=False)
        return Outcome(parcel=parcel, is_taken=True)

    def _session(self) -> Any:
        """Return the thread's own connections; they go where they were sent and nowhere else."""
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
            self._own.session.max_redirects = 0
        return self._own.session


def _pause(answer: Any) -> float:
    text = answer.headers.get("Retry-After", "")
    return min(float(text), 3600.0) if text.isdecimal() else 5.0
