"""A worker and a hub as real processes, small enough to be killed often."""

import socket
import struct
import threading
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from samples import NOON, minute, nobody_speaks

from parvis.store import Store
from parvis.store.recorder import Recorder
from parvis.store.spool import Spool
from parvis.store.wire import decode_batch, decode_keys, encode_batch, encode_keys
from parvis.values.ground_minute import FlowCell, GroundQuarter, Journey
from parvis.values.minute import ClosedMinute
from parvis.values.speeds import Passers, SpeedHistogram

PASSERS = Passers("pont", "person", 0)
LENGTH = struct.Struct(">I")


def closed(number: int, run: int) -> ClosedMinute:
    """The first minute of a run is the last of the run before: both saw half of it."""
    start_s = NOON + (number - run) * 60
    one = minute(start_s, float(number % 7), f"run-{run:02}", seen_s=30.0)
    nth = int(start_s // 60)  # the same of every run: which of three halves count does not matter
    cell = FlowCell(0.5 + nth % 3, 0.5, 2.0, 1.0, -0.5, 0.0, nth % 2)
    ways = {Journey("a", "b", "person"): 1 + nth % 4}
    adds = GroundQuarter(start_s // 900 * 900, 30.0, 1.0, (cell,), ways)
    return replace(one, speeds={PASSERS: SpeedHistogram({nth % 50: 1})}, quarters=(adds,))


def send(sock: socket.socket, payload: bytes) -> None:
    sock.sendall(LENGTH.pack(len(payload)) + payload)


def receive(sock: socket.socket) -> bytes:
    file = sock.makefile("rb")
    (length,) = LENGTH.unpack(file.read(LENGTH.size).ljust(LENGTH.size, b"\0"))
    payload = file.read(length)
    if length == 0 or len(payload) < length:
        raise ConnectionError("the other side is gone")
    return payload


def work(told: Connection, spool: Path, path: str, run: int, first: int) -> None:
    """Close minutes one after the other, tell each number once it is spooled, and send them."""
    queue = Spool(spool)
    threading.Thread(target=deliver, args=(queue, path), daemon=True).start()
    number = first
    while True:
        queue.append(closed(number, run))
        told.send_bytes(str(number).encode())
        number += 1
        time.sleep(0.004)


def deliver(spool: Spool, path: str) -> None:
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as sock:
                sock.connect(path)
                while True:
                    if minutes := spool.pending(20):
                        send(sock, encode_batch(minutes))
                        spool.acknowledge(decode_keys(receive(sock)))
                    time.sleep(0.002)
        except OSError:
            time.sleep(0.02)


def serve(told: Connection, url: str, path: str, folder: Path) -> None:
    """Record what comes, and what dead workers left."""
    recorder = Recorder(Store(url), folder / "aside")
    Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        told.send_bytes(b"ready")
        while True:
            recorder.recover(folder, nobody_speaks)
            sock, _ = listener.accept()
            threading.Thread(target=answer, args=(recorder, sock), daemon=True).start()


def answer(recorder: Recorder, sock: socket.socket) -> None:
    try:
        while True:
            minutes = decode_batch(receive(sock))
            send(sock, encode_keys(recorder.take(minutes)))
    except OSError:
        sock.close()
