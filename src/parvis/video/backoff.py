"""When to try again."""

import random

FIRST_MINUTE_S = 60.0
LONGEST_S = 30.0
PASSWORD_S = 15.0


class Backoff:
    """Delays between attempts: at most a second during the first minute, then doubling to 30 s.

    Every delay is spread by chance, so that a hundred cameras behind one switch do not all knock
    at the moment it comes back.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._lost_s: float | None = None
        self._late_attempts = 0

    def recovered(self) -> None:
        """Pictures came: the next loss is a new one."""
        self._lost_s = None
        self._late_attempts = 0

    def delay_s(self, now_s: float) -> float:
        """Seconds to wait before the next attempt, after one that ended now (steady clock)."""
        if self._lost_s is None:
            self._lost_s = now_s
            return self._chance.uniform(0.05, 0.3)
        if now_s - self._lost_s < FIRST_MINUTE_S:
            return self._chance.uniform(0.4, 1.0)
        self._late_attempts += 1
        longest_s = min(LONGEST_S, 2.0**self._late_attempts)
        return self._chance.uniform(longest_s / 2, longest_s)

    def delay_after_refusal_s(self) -> float:
        """Seconds to wait after a refused password: cameras lock users out that try too often."""
        return self._chance.uniform(PASSWORD_S, 2 * PASSWORD_S)
