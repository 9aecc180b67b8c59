"""A push service to rehearse with: opens what is sent as a browser would, checks who sent it."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02


def text_of(data: bytes) -> str:
    """Return bytes as browsers write them."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Service:
    """What came in, opened; ``answers`` are (status, headers) a path gives, 201 when used up."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)
        self.taken: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answers: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self.address = ""

    def subscription(self, path: str = "one") -> dict[str, Any]:
        """Return what a browser would hand over."""
        public = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": text_of(public), "auth": text_of(self.auth)}
        return {"endpoint": f"{self.address}/{path}", "keys": keys}

    def take(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """Open what came in and keep it, or answer as told."""
        if self.answers.get(path):
            return self.answers[path].pop(0)
        signed = headers["authorization"]
        if not signed.startswith("vapid ") or not Vapid02.verify(auth=signed):
            return 403, {}
        opened = http_ece.decrypt(
            body, private_key=self.private, auth_secret=self.auth, version="aes128gcm"
        )
        self.taken.append((path, headers, json.loads(opened)))
        return 201, {}

    @property
    def said(self) -> list[str]:
        """Return what people read, in order."""
        return [payload["body"] for _, _, payload in self.taken]


@contextmanager
def push_service() -> Iterator[Service]:
    """Run a push service on this machine while the block runs."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        """Hand over what is posted."""

        def do_POST(self) -> None:  # the standard library's name
            """Take what a sender posts."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more = service.take(self.path.strip("/"), headers, body)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
