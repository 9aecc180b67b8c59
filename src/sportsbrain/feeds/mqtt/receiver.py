"""
Receive from an MQTT 5 broker and acknowledge when told to: the part of a client that ingest needs.

One socket, one thread: what has come is read in one go and cut into messages; nothing is
acknowledged before `acknowledge`, so that a crash loses nothing. See ADR 0030 for why it is ours.
"""

import select
import socket
import ssl
import struct
import time
from dataclasses import dataclass, field

from sportsbrain.feeds.mqtt.messages import Message

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 0x10, 0x20, 0x30, 0x40, 0x82, 0x90
PINGREQ, DISCONNECT = b"\xc0\x00", 0xE0
SESSION_SECONDS, KEEPALIVE, IN_FLIGHT = 14 * 86_400, 30, 2_000
CHUNK = 262_144
ONCE = b"\x11"  # QoS 1; what is retained is sent when the session is new, not at each return


class BrokerError(ConnectionError):
    """The broker said no, or went away; the text says what."""


@dataclass(slots=True)
class Receiver:
    """
    A connection with a session that the broker keeps; ``client_id`` is the session's name.

    ``is_ready``: the broker has granted the subscription; what is said before the first time that
    it has is for nobody.
    """

    host: str
    port: int
    client_id: str
    tls: ssl.SSLContext | None = None
    is_resumed: bool = False
    is_ready: bool = False
    _socket: socket.socket | None = None
    _buffer: bytearray = field(default_factory=bytearray)
    _sent_at: float = 0.0
    _heard_at: float = 0.0

    def connect(self, filters: tuple[str, ...], *, timeout: float = 10.0) -> None:
        """
        Connect, take up the session and subscribe at QoS 1.

        Raises
        ------
        BrokerError
            When the broker refuses, or does not answer in time.

        """
        self.close()
        self._heard_at = time.monotonic()
        try:
            plain = socket.create_connection((self.host, self.port), timeout)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = (
                self.tls.wrap_socket(plain, server_hostname=self.host) if self.tls else plain
            )
        except OSError as error:
            message = f"no broker at {self.host}:{self.port}: {error}"
            raise BrokerError(message) from error
        properties = struct.pack("!BIBH", 0x11, SESSION_SECONDS, 0x21, IN_FLIGHT)
        body = _text("MQTT") + struct.pack("!BBH", 5, 0, KEEPALIVE)
        body += bytes([len(properties)]) + properties + _text(self.client_id)
        self._send(bytes([CONNECT]) + _length(len(body)) + body)
        kind, answer = self._one(timeout)
        if kind != CONNACK or answer[1] != 0:
            message = f"the broker refuses the session: reason {answer[1] if answer else 'none'}"
            raise BrokerError(message)
        self.is_resumed = bool(answer[0] & 1)
        body = struct.pack("!HB", 1, 0) + b"".join(_text(word) + ONCE for word in filters)
        self._send(bytes([SUBSCRIBE]) + _length(len(body)) + body)

    def receive(self, timeout: float) -> list[Message]:
        """
        Return what has come, waiting for something at most so long.

        Raises
        ------
        BrokerError
            When the connection is gone: connect again, what was not acknowledged comes again.

        """
        self._keep_alive()
        if not self._read(timeout):
            return []
        return self._messages()

    def acknowledge(self, mids: list[int]) -> None:
        """Say that messages are stored: the broker forgets them."""
        if mids:
            self._send(b"".join(b"\x40\x02" + mid.to_bytes(2, "big") for mid in mids))

    def close(self) -> None:
        """Let the connection go; the session stays with the broker."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self.is_ready = False
        self._buffer.clear()

    def _send(self, packet: bytes) -> None:
        if self._socket is None:
            message = "not connected"
            raise BrokerError(message)
        try:
            self._socket.settimeout(20.0)
            self._socket.sendall(packet)
        except OSError as error:
            message = f"the broker is gone: {error}"
            raise BrokerError(message) from error
        self._sent_at = time.monotonic()

    def _keep_alive(self) -> None:
        now = time.monotonic()
        if now - self._heard_at > KEEPALIVE:
            message = "the broker says nothing any more"
            raise BrokerError(message)
        if now - self._sent_at > KEEPALIVE / 3:
            self._send(PINGREQ)

    def _read(self, timeout: float) -> bool:
        """Read once what is there; False: nothing came in time."""
        own = self._socket
        if own is None:
            message = "not connected"
            raise BrokerError(message)
        pending = own.pending() if isinstance(own, ssl.SSLSocket) else 0
        try:
            if not pending and not select.select([own], [], [], timeout)[0]:
                return False
            own.settimeout(5.0)
            chunk = own.recv(CHUNK)
        except TimeoutError:
            return False
        except OSError as error:
            message = f"the broker is gone: {error}"
            raise BrokerError(message) from error
        if not chunk:
            message = "the broker has closed the connection"
            raise BrokerError(message)
        self._buffer += chunk
        self._heard_at = time.monotonic()
        return True

    def _one(self, timeout: float) -> tuple[int, bytes]:
        """Return the first packet that comes: its kind and its body."""
        until = time.monotonic() + timeout
        while True:
            found = _cut(self._buffer, 0)
            if found is not None:
                start, end = found
                packet = self._buffer[0], bytes(self._buffer[start:end])
                del self._buffer[:end]
                return packet
            if not self._read(max(0.0, until - time.monotonic())) and time.monotonic() > until:
                message = "the broker does not answer"
                raise BrokerError(message)

    def _messages(self) -> list[Message]:
        """Return the whole messages of the buffer; a part of one stays."""
        data, at, found = self._buffer, 0, []
        while True:
            where = _cut(data, at)
            if where is None:
                break
            start, end = where
            kind = data[at]
            at = end
            if kind & 0xF0 == PUBLISH:
                found.append(_message(data, kind, start, end))
            elif kind == SUBACK:
                if any(reason >= 0x80 for reason in data[start + 3 : end]):
                    message = "the broker refuses the subscription: look at the ACL file"
                    raise BrokerError(message)
                self.is_ready = True
            elif kind == DISCONNECT:
                message = f"the broker ends the session: reason {data[start] if end > start else 0}"
                raise BrokerError(message)
        del data[:at]
        return found


def _message(data: bytearray, kind: int, start: int, end: int) -> Message:
    """Return a PUBLISH of QoS 0 or 1; its properties are passed over."""
    size = data[start] << 8 | data[start + 1]
    at = start + 2 + size
    topic = data[start + 2 : at].decode("utf-8", "replace")
    mid = 0
    if kind & 0x06:
        mid = data[at] << 8 | data[at + 1]
        at += 2
    length, at = _number(data, at)
    return Message(topic, bytes(data[at + length : end]), mid, bool(kind & 1))


def _cut(data: bytearray, at: int) -> tuple[int, int] | None:
    """Return where the body of the packet at a place begins and ends; None: it is not whole."""
    have = len(data)
    size = shift = 0
    for n in range(1, 5):
        if at + n >= have:
            return None
        byte = data[at + n]
        size |= (byte & 0x7F) << shift
        if byte < 0x80:
            start = at + n + 1
            return (start, start + size) if start + size <= have else None
        shift += 7
    message = "the broker sends no MQTT"
    raise BrokerError(message)


def _number(data: bytearray, at: int) -> tuple[int, int]:
    """Return a number of variable length and the place after it."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7


def _text(word: str) -> bytes:
    encoded = word.encode()
    return struct.pack("!H", len(encoded)) + encoded


def _length(size: int) -> bytes:
    found = bytearray()
    while True:
        size, byte = divmod(size, 128)
        found.append(byte | (0x80 if size else 0))
        if not size:
            return bytes(found)
