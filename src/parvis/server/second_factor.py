"""The second factor: codes of a person's own device (TOTP, RFC 6238), and recovery codes.

A code is good for its step of 30 s and for the one before and after, once: whoever looks over a
shoulder cannot use it again. Recovery codes are kept as hashes and work once each.
"""

import asyncio
import hmac
import re
import secrets
from collections.abc import Callable

import pyotp
import segno

from parvis.server.lockout import CodeLock
from parvis.server.problems import ProblemError, T
from parvis.server.sessions import hashed
from parvis.server.waiting import locked
from parvis.store import Store
from parvis.store.second_factors import SecondFactor

STEP_S = 30
SKEW_STEPS = 1
"""Steps by which a device's clock may differ."""

RECOVERY_CODES = 10

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _LETTERS = 4, 4
_SECRET = re.compile(r"[A-Z2-7]{32}")


def new_secret() -> str:
    """A secret to share with a device: 160 bits, as RFC 4226 recommends, in base 32."""
    return pyotp.random_base32()


def address(secret: str, name: str, site: str) -> str:
    """What a device reads from the drawn code (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=site)


def drawn(uri: str) -> str:
    """The address as a QR code, an inline SVG: nobody else is asked to draw it."""
    code = segno.make(uri, error="m", micro=False)
    return str(code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False))


def step_of(secret: str, code: str, now_s: float) -> int | None:
    """The number of the time step whose code this is; None when it is none near ``now_s``.

    Every step is compared, and each in constant time.
    """
    totp = pyotp.TOTP(secret)
    now = int(now_s // STEP_S)
    found = None
    for step in range(now - SKEW_STEPS, now + SKEW_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def new_recovery_codes() -> tuple[str, ...]:
    """Codes for the day on which the device is lost, 79 bits each: to be written down."""
    return tuple(
        "-".join(
            "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS)
        )
        for _ in range(RECOVERY_CODES)
    )


class SecondFactorDesk:
    """Checks second factors, slowly for those who guess, and enrols them.

    Args:
        store: where they are.
        clock: seconds since the epoch.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._kept = store.accounts.second_factors
        self._clock = clock
        self._lock = CodeLock(clock)

    async def check(self, account_id: int, code: str) -> bool:
        """Use up a code, or a recovery code; false when it is wrong, used, or of another time.

        Raises:
            ProblemError: 429 while this account must wait.
        """
        wait_s = self._lock.wait_s(account_id)
        if wait_s > 0:
            raise locked(wait_s)
        # Counted before it is judged: many guesses at once cost as much as one after another.
        self._lock.attempted(account_id)
        good = await asyncio.to_thread(self._check, account_id, _plain(code))
        if good:
            self._lock.succeeded(account_id)
        return good

    async def enrol(self, account_id: int, secret: str, code: str) -> tuple[str, ...]:
        """Give an account the second factor whose code proves it; return its recovery codes.

        Raises:
            ProblemError: 422 when the code does not fit the secret; 429 after too many.
        """
        wait_s = self._lock.wait_s(account_id)
        if wait_s > 0:
            raise locked(wait_s)
        good = _SECRET.fullmatch(secret) is not None
        step = step_of(secret, _plain(code), self._clock()) if good else None
        if step is None:
            self._lock.attempted(account_id)
            raise ProblemError(
                422,
                "second-factor-code",
                T("This code does not fit."),
                T("It must be the one that the device shows now."),
                T("Check the clock of the device, then type the next code."),
            )
        codes = new_recovery_codes()
        hashes = [_hashed(one) for one in codes]
        await asyncio.to_thread(self._kept.enrol, account_id, secret, step, hashes)
        return codes

    def _check(self, account_id: int, code: str) -> bool:
        held = self._kept.get(account_id)
        if held is None:
            return False
        return self._totp(account_id, held, code) or self._kept.use_recovery(
            account_id, _hashed(code), self._clock()
        )

    def _totp(self, account_id: int, held: SecondFactor, code: str) -> bool:
        step = step_of(held.secret, code, self._clock())
        return step is not None and self._kept.take_step(account_id, step)


def _plain(code: str) -> str:
    """As it was given: people type it in groups."""
    return re.sub(r"[\s-]", "", code).lower()[:64]


def _hashed(code: str) -> str:
    return hashed(_plain(code))
