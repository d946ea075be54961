"""The name of one life of a camera's analysis."""

import secrets


def new_run(now_s: float) -> str:
    """A unique name that sorts by start: milliseconds since the epoch, then randomness, in hex."""
    return f"{int(now_s * 1000):012x}{secrets.token_hex(4)}"
