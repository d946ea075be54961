"""Slows down those who try passwords: failures are counted, and cost waiting time."""

import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_S = 900.0
"""Failures older than this are forgotten."""

_REMEMBERED = 20_000

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many failures are free, and what the next ones cost.

    Args:
        free: failures within the window that cost nothing.
        first_wait_s: what the next one costs, seconds; each further one doubles it.
        longest_wait_s: at most.
    """

    free: int
    first_wait_s: float
    longest_wait_s: float

    def wait_s(self, failures: int) -> float:
        """Seconds that the next attempt costs after that many failures in the window."""
        if failures < self.free:
            return 0.0
        return min(self.longest_wait_s, self.first_wait_s * 2.0 ** min(failures - self.free, 30))


PERSON_AT_ADDRESS = Allowance(free=5, first_wait_s=30.0, longest_wait_s=900.0)
ADDRESS = Allowance(free=20, first_wait_s=30.0, longest_wait_s=60.0)
"""Short: a whole town hall may stand behind one address, and a stranger among them."""

CODES = Allowance(free=5, first_wait_s=30.0, longest_wait_s=900.0)
"""Second factors of one account, from everywhere together: who guesses them has the password."""

PERSON = Allowance(free=50, first_wait_s=0.25, longest_wait_s=2.0)
"""From everywhere together. It slows the answer down and refuses nobody: whoever could lock an
account by failing from many places would hold its person out for ever."""


@dataclass(slots=True)
class _Tally:
    failures: int = 0
    last_s: float = -math.inf


class Tallies:
    """Failures by key. Held in memory and bounded: the oldest are forgotten first.

    Args:
        clock: seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tallies: OrderedDict[_Key, _Tally] = OrderedDict()

    def remaining_s(self, key: _Key, allowance: Allowance) -> float:
        """Seconds that must still pass before the next attempt."""
        now_s = self._clock()
        with self._lock:
            failures = self._failures(key, now_s)
            if failures == 0:
                return 0.0
            return max(0.0, self._tallies[key].last_s + allowance.wait_s(failures) - now_s)

    def failures(self, key: _Key) -> int:
        """Failures that are not forgotten yet."""
        with self._lock:
            return self._failures(key, self._clock())

    def count(self, *keys: _Key) -> None:
        """Count one failure more for each."""
        now_s = self._clock()
        with self._lock:
            for key in keys:
                tally = self._tallies.pop(key, None)
                if tally is None or now_s - tally.last_s > WINDOW_S:
                    tally = _Tally()
                tally.failures += 1
                tally.last_s = now_s
                self._tallies[key] = tally
            while len(self._tallies) > _REMEMBERED:
                self._tallies.popitem(last=False)

    def take_back(self, *keys: _Key) -> None:
        """Take the last failure of each back."""
        with self._lock:
            for key in keys:
                if key in self._tallies:
                    self._tallies[key].failures -= 1

    def forget(self, key: _Key) -> None:
        """Forget all failures of a key."""
        with self._lock:
            self._tallies.pop(key, None)

    def _failures(self, key: _Key, now_s: float) -> int:
        tally = self._tallies.get(key)
        return 0 if tally is None or now_s - tally.last_s > WINDOW_S else tally.failures


class Lockout:
    """Counts failed sign-ins per person and address, per address, and per person.

    The first two lock out; the last, which strangers can drive up, only slows down.

    Args:
        clock: seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._tallies = Tallies(clock)

    def wait_s(self, name: str, address: str) -> float:
        """Seconds this person at this address must still wait; 0 when they may try."""
        person_here, everybody_here, _ = _keys(name, address)
        return max(
            self._tallies.remaining_s(person_here, PERSON_AT_ADDRESS),
            self._tallies.remaining_s(everybody_here, ADDRESS),
        )

    def delay_s(self, name: str, address: str) -> float:
        """Seconds to hold the answer back, because this name is tried from many places."""
        *_, person = _keys(name, address)
        return PERSON.wait_s(self._tallies.failures(person))

    def attempted(self, name: str, address: str) -> None:
        """Count an attempt as failed, before it is judged: many at once then cost as much."""
        self._tallies.count(*_keys(name, address))

    def half_succeeded(self, name: str, address: str) -> None:
        """Take the last attempt back: the password was right, the second factor is not given."""
        self._tallies.take_back(*_keys(name, address))

    def succeeded(self, name: str, address: str) -> None:
        """Take the last attempt back, and forget this person's failures at this address."""
        here, *others = _keys(name, address)
        self._tallies.forget(here)
        self._tallies.take_back(*others)


class CodeLock:
    """Counts wrong second factors per account, wherever they come from.

    Args:
        clock: seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._tallies = Tallies(clock)

    def wait_s(self, account_id: int) -> float:
        """Seconds that this account must still wait; 0 when a code may be tried."""
        return self._tallies.remaining_s((str(account_id),), CODES)

    def attempted(self, account_id: int) -> None:
        """Count a code as wrong, before it is judged."""
        self._tallies.count((str(account_id),))

    def succeeded(self, account_id: int) -> None:
        """Forget the wrong codes of this account."""
        self._tallies.forget((str(account_id),))


def _keys(name: str, address: str) -> tuple[_Key, _Key, _Key]:
    """The person at this address, the address, and the person from everywhere."""
    person, here = name.casefold()[:200], place(address)
    return (person, here), ("", here), (person, "")


def place(address: str) -> str:
    """An IPv6 client owns a whole /64: its addresses count as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
