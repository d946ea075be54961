"""What every engine offers, and how its requests are shared out."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")


class EngineError(Exception):
    """An engine cannot load or run a network; the message says which and why."""


class Engine(Protocol):
    """A network ready to run, shared by all threads of a process."""

    @property
    def name(self) -> str:
        """Library and version, for the health page."""
        ...

    def run(self, picture: npt.NDArray[np.uint8]) -> Mapping[str, npt.NDArray[np.generic]]:
        """Run the network on one picture; blocks; callers are served in the order they came.

        Args:
            picture: BGR at exactly the network's input size, shape (height, width, 3).

        Returns:
            arrays by output name, owned by the caller.
        """
        ...

    def own_cpu_s(self) -> float:
        """CPU seconds used so far by the engine's own threads, not by its callers."""
        ...


class Turnstile(Generic[T]):
    """Lends a few things to many threads, strictly in the order in which they ask.

    A camera asks again only when it has its answer, so that no camera gets a second turn before
    every waiting one had its first: a machine that is too small slows all cameras evenly.
    """

    def __init__(self, things: Sequence[T]) -> None:
        self._free = deque(things)
        self._waiting: deque[tuple[threading.Event, list[T]]] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def lend(self) -> Iterator[T]:
        """Wait for one's turn, have a thing for the length of the block, give it back."""
        thing = self._take()
        try:
            yield thing
        finally:
            self._give_back(thing)

    def _take(self) -> T:
        with self._lock:
            if self._free:
                return self._free.popleft()
            turn, hand = threading.Event(), list[T]()
            self._waiting.append((turn, hand))
        turn.wait()
        return hand[0]

    def _give_back(self, thing: T) -> None:
        with self._lock:
            if self._waiting:
                turn, hand = self._waiting.popleft()
                hand.append(thing)
                turn.set()
            else:
                self._free.append(thing)
