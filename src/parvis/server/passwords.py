"""Passwords: how they are judged, and how they are kept (Argon2id)."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from parvis.server.problems import ProblemError, T

MIN_LENGTH = 12
MAX_LENGTH = 256

# Each check takes 64 MiB and some 50 ms: two at a time keep a flood from taking the machine.
_AT_ONCE = 2


class Passwords:
    """Hashes and checks passwords, a few at a time and off the event loop.

    Args:
        hasher: the Argon2id parameters; the default ones follow RFC 9106 (low memory).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._decoy = self._hasher.hash("there is no such account")
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def hashed(self, password: str) -> str:
        """The Argon2id hash to keep, with its salt and parameters."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether the password is the kept one; takes as long when no hash is kept."""
        async with self._turns:
            good = await asyncio.to_thread(self._check, kept or self._decoy, password)
        return good and kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _check(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def judge(password: str, name: str) -> None:
    """Refuse a password that is too short, too long, too plain, or holds the account's name.

    Raises:
        ProblemError: 422, with what to change; the password itself is never repeated.
    """
    normal = _normal(password).casefold()
    if len(password) < MIN_LENGTH:
        raise _weak(T("It has fewer than {n} characters.")(n=MIN_LENGTH))
    if len(password) > MAX_LENGTH:
        raise _weak(T("It has more than {n} characters.")(n=MAX_LENGTH))
    if len(set(normal)) < 5:
        raise _weak(T("It repeats the same few characters."))
    if name.casefold() in normal:
        raise _weak(T("It holds the name of the account."))


def _weak(why: T) -> ProblemError:
    return ProblemError(
        422,
        "weak-password",
        T("This password is not strong enough."),
        why,
        T("Take four words or more that have nothing to do with one another."),
    )


def _normal(password: str) -> str:
    # The same keys give different code points on different systems (NIST SP 800-63B, 5.1.1.2).
    return unicodedata.normalize("NFKC", password)
