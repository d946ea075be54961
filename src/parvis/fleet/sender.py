"""The worker's end of the local socket: minutes and alerts until acknowledged, live states."""

import socket
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from parvis.fleet import link
from parvis.fleet.hub_socket import connect
from parvis.fleet.link import Kind
from parvis.fleet.live_wire import encode_queue
from parvis.store import alert_wire
from parvis.store.spool import Spool, SpoolError
from parvis.store.wire import decode_keys, encode_batch

log = structlog.get_logger(__name__)

_RETRY_S = 0.5
_ANSWER_S = 30.0


class Sender:
    """Sends what a worker has to say, in a thread of its own, for as long as the worker lives.

    The hub may be away for any time: minutes wait in the spool, live states are replaced by newer
    ones of the same camera.

    Args:
        path: the hub's socket.
        spool: the minutes.
        broken: told when an error that nobody foresaw ends the thread: nothing is sent any more,
            and the process has to be started again.
    """

    def __init__(self, path: Path, spool: Spool, broken: Callable[[], None]) -> None:
        self._path = path
        self._spool = spool
        self._broken = broken
        self._told = ""
        self._lock = threading.Condition()
        self._live: dict[tuple[Kind, str], bytes] = {}
        self._minutes = True  # what an earlier life left in the spool goes first
        self._alerts = True
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
        self._thread.start()

    def minutes_waiting(self) -> None:
        """Tell the sender that the spool has something new."""
        with self._lock:
            self._minutes = True
            self._lock.notify()

    def alerts_waiting(self) -> None:
        """Tell the sender that rules have said something: it goes before all else."""
        with self._lock:
            self._alerts = True
            self._lock.notify()

    def show(self, kind: Kind, camera: str, payload: bytes) -> None:
        """Offer a live message; it replaces an unsent one of the same kind and camera."""
        with self._lock:
            self._live[kind, camera] = payload
            self._lock.notify()

    def close(self, timeout_s: float) -> None:
        """Send what waits, as far as that is possible within ``timeout_s``, and end."""
        with self._lock:
            self._closing = True
            self._lock.notify()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            self._send_until_closed()
        except Exception:
            log.exception("sender failed")
            self._broken()

    def _send_until_closed(self) -> None:
        while True:
            try:
                with connect(self._path, _ANSWER_S) as sock:
                    self._converse(sock)
                    return
            except (OSError, link.LinkClosedError) as error:
                log.debug("hub out of reach", reason=str(error))
            except (SpoolError, sqlite3.Error, ValueError) as error:
                self._tell(f"{type(error).__name__}: {error}")
            with self._lock:
                if self._closing:
                    return  # the spool keeps the minutes for the next life
                self._minutes = self._alerts = True
                self._lock.wait(_RETRY_S)

    def _converse(self, sock: socket.socket) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(
                    lambda: self._alerts or self._minutes or self._live or self._closing
                )
                live, self._live = self._live, {}
                minutes, self._minutes = self._minutes, False
                closing = self._closing
            self._send_alerts(sock)
            # Live states first: minutes that cannot be sent now must not hide the cameras.
            self._send_live(sock, live.items())
            if minutes or closing:
                self._send_minutes(sock)
                self._told = ""
            if closing:
                return

    def _send_minutes(self, sock: socket.socket) -> None:
        self._send_queue(sock)
        while minutes := self._spool.pending():
            self._send_alerts(sock)
            link.send(sock, Kind.MINUTES, encode_batch(minutes))
            kind, keys = link.receive(sock)
            if kind is not Kind.ACK:
                raise ConnectionError("the hub cannot record now")
            self._spool.acknowledge(decode_keys(keys))
        self._send_queue(sock)

    def _send_alerts(self, sock: socket.socket) -> None:
        with self._lock:
            waiting, self._alerts = self._alerts or self._closing, False
        if not waiting:
            return
        while said := self._spool.kept():
            link.send(sock, Kind.ALERTS, alert_wire.encode_batch(said))
            kind, keys = link.receive(sock)
            if kind is not Kind.HEARD:
                raise ConnectionError("the hub cannot take alerts now")
            self._spool.let_go(alert_wire.decode_keys(keys))

    def _send_queue(self, sock: socket.socket) -> None:
        link.send(sock, Kind.QUEUE, encode_queue(self._spool.path.stem, len(self._spool)))

    def _tell(self, reason: str) -> None:
        if reason != self._told:  # tried again twice a second: told once
            self._told = reason
            log.error("minutes cannot be sent, trying again", reason=reason)

    def _send_live(
        self, sock: socket.socket, live: Iterable[tuple[tuple[Kind, str], bytes]]
    ) -> None:
        for (kind, _), payload in live:
            link.send(sock, kind, payload)
