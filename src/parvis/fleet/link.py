"""The local socket between workers and the hub: framed messages, acknowledged where they must be.

A message is a 1-byte kind, a 4-byte big-endian length and that many bytes.
"""

import socket
import struct
from enum import IntEnum, unique

_HEADER = struct.Struct(">BI")
MAX_MESSAGE_BYTES = 16 * 1024 * 1024


@unique
class Kind(IntEnum):
    """What a message carries."""

    MINUTES = 1
    """Closed minutes, worker to hub; answered by ACK."""
    ACK = 2
    """Hub to worker: the keys of minutes that are in the store now."""
    LIVE = 3
    """One camera's live state, worker to hub; not answered, may be lost."""
    SKETCH = 5
    """The drawing of one camera's empty scene, worker to hub; not answered."""
    WITNESS = 6
    """What was counted at a line while a person counts along, worker to hub; not answered."""
    REFUSED = 4
    """Hub to worker: the store could not take the minutes now; send them again later."""
    ALERTS = 8
    """What rules say, worker to hub; answered by HEARD, or REFUSED: send it again later."""
    HEARD = 9
    """Hub to worker: the keys of what is in the store now."""
    QUEUE = 7
    """How many minutes a worker's spool holds, worker to hub; not answered."""


class LinkClosedError(ConnectionError):
    """The other side closed the socket or sent what is no message."""


def send(sock: socket.socket, kind: Kind, payload: bytes) -> None:
    """Send one message whole.

    Raises:
        ValueError: larger than MAX_MESSAGE_BYTES.
        OSError: the other side is gone.
    """
    if len(payload) > MAX_MESSAGE_BYTES:
        raise ValueError(f"message of {len(payload)} bytes exceeds {MAX_MESSAGE_BYTES}")
    sock.sendall(_HEADER.pack(kind, len(payload)) + payload)


def receive(sock: socket.socket) -> tuple[Kind, bytes]:
    """Receive one message, waiting for all of it.

    Raises:
        LinkClosedError: the other side closed, or what came is no message.
    """
    kind, length = _HEADER.unpack(_exactly(sock, _HEADER.size))
    if length > MAX_MESSAGE_BYTES:
        raise LinkClosedError(f"a message claims {length} bytes")
    try:
        return Kind(kind), _exactly(sock, length)
    except ValueError:
        raise LinkClosedError(f"unknown message kind {kind}") from None


def _exactly(sock: socket.socket, count: int) -> bytes:
    parts = []
    while count:
        part = sock.recv(min(count, 1 << 16))
        if not part:
            raise LinkClosedError("the other side closed the link")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
