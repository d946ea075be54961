"""The problem of someone who must wait before the next attempt."""

import math

from parvis.server.problems import ProblemError, T


def locked(wait_s: float) -> ProblemError:
    """429, with the seconds to wait."""
    seconds = math.ceil(wait_s)
    return ProblemError(
        429,
        "locked",
        T("Too many attempts."),
        T("Signing in is locked for {n} seconds.")(n=seconds),
        T("Wait, then try again."),
        headers={"Retry-After": str(seconds)},
    )
