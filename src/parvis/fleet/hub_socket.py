"""The hub's end of the local socket: takes minutes, alerts and live states from workers."""

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from parvis.fleet import link
from parvis.fleet.link import Kind

log = structlog.get_logger(__name__)


class HubSocket:
    """Listens for workers of this machine and user; one thread a worker.

    Args:
        path: the socket file; a stale one is replaced (the supervisor's lease makes sure that no
            living hub listens on it).
        record: writes a payload of minutes to the store; when it returns, they are safe and it
            has returned the acknowledgement.
        hear: the same for what rules say.
        show: puts a live message (kind, payload) on the board. One that it cannot take is lost,
            and told in the log: minutes come over the same link.
    """

    def __init__(
        self,
        path: Path,
        record: Callable[[bytes], bytes],
        hear: Callable[[bytes], bytes],
        show: Callable[[Kind, bytes], None],
    ) -> None:
        self._answers = {
            Kind.MINUTES: (record, Kind.ACK),
            Kind.ALERTS: (hear, Kind.HEARD),
        }
        self._show = show
        # A socket's path may hold 107 bytes only; through its folder's descriptor it is short.
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            path.unlink(missing_ok=True)
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.bind(f"/proc/self/fd/{folder}/{path.name}")
            path.chmod(0o600)
        finally:
            os.close(folder)
        self._socket.listen(64)
        threading.Thread(target=self._accept, name="hub-socket", daemon=True).start()

    def close(self) -> None:
        """Stop listening; connected workers are cut off with the process."""
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                worker, _ = self._socket.accept()
            except OSError:
                return  # closed
            threading.Thread(
                target=self._serve, args=(worker,), name="hub-worker", daemon=True
            ).start()

    def _serve(self, worker: socket.socket) -> None:
        with worker:
            try:
                while True:
                    self._answer(worker, *link.receive(worker))
            except (link.LinkClosedError, OSError) as error:
                log.info("worker left", reason=str(error))

    def _answer(self, worker: socket.socket, kind: Kind, payload: bytes) -> None:
        if kind not in self._answers:
            try:
                self._show(kind, payload)
            except Exception:
                log.exception("a live message is lost", kind=kind.name)
            return
        take, answer = self._answers[kind]
        try:
            keys = take(payload)
        except Exception as error:  # the store's trouble: they come again from the spool
            name = type(error).__name__
            log.error("not recorded", kind=kind.name, error=name, detail=str(error))
            link.send(worker, Kind.REFUSED, b"")
        else:
            link.send(worker, answer, keys)


def connect(path: Path, timeout_s: float) -> socket.socket:
    """Connect to the hub's socket.

    Raises:
        OSError: no hub listens there.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.settimeout(timeout_s)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sock.connect(f"/proc/self/fd/{folder}/{path.name}")
    except OSError:
        sock.close()
        raise
    finally:
        os.close(folder)
    return sock
