"""Messages as signed HTTP requests, as Standard Webhooks says; docs/reference/webhooks.md."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from parvis import __version__
from parvis.publish.carriers.carrying import (
    TIMEOUT_S,
    CarryError,
    Told,
    network_error,
    trusted,
)
from parvis.publish.carriers.destinations import check_destination, judge_address
from parvis.publish.letter import Letter
from parvis.site.dialling import JudgedTransport
from parvis.values.saying import T

_SHORTEST_SECRET = 24
_OF_THE_MESSAGE = frozenset({400, 413, 422})
"""Answers that speak of one message; every other one of the receiver itself."""


class WebhookCarrier:
    """Posts messages to a program.

    Args:
        url: resolved.
        secret: resolved: ``whsec_`` and base64.
    """

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret
        try:
            self._host = urlsplit(url).hostname or ""
        except ValueError:
            self._host = ""

    def carry(self, letters: Iterable[Letter], told: Told) -> None:
        """See :class:`~parvis.publish.carriers.carrying.Carrier`."""
        check_destination(self._host)
        sign = _signer(self._secret)
        # No redirection is followed: it could lead past the check above.
        way = JudgedTransport(judge_address, trusted())
        with httpx.Client(timeout=TIMEOUT_S, transport=way, trust_env=False) as http:
            for letter in letters:
                body = json.dumps(letter.payload, ensure_ascii=False, allow_nan=False)
                status = self._post(http, body, sign(letter.id, datetime.now(UTC), body))
                if status in _OF_THE_MESSAGE:
                    told(
                        letter,
                        T("{host} refuses the message ({code})")(host=self._host, code=status),
                    )
                elif 200 <= status < 300:
                    told(letter, None)
                else:
                    raise self._refused(status)

    def _post(self, http: httpx.Client, body: str, headers: dict[str, str]) -> int:
        try:
            with http.stream("POST", self._url, content=body.encode(), headers=headers) as answer:
                return answer.status_code
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise CarryError(
                T("the address of the webhook cannot be read"),
                T("write the url as https://host/path"),
            ) from None
        except httpx.TimeoutException:
            raise network_error(TimeoutError(), self._host) from None
        except httpx.TransportError as error:
            cause: BaseException | None = error
            while cause is not None and not isinstance(cause, OSError):
                cause = cause.__cause__ or cause.__context__
            raise network_error(cause or OSError(), self._host) from None

    def _refused(self, status: int) -> CarryError:
        if status in (401, 403):
            return CarryError(
                T("{host} does not accept the signature ({code})")(host=self._host, code=status),
                T("give both sides the same secret, and set both clocks right"),
            )
        if status in (404, 410):
            return CarryError(
                T("{host} knows no such path ({code})")(host=self._host, code=status),
                T("correct the url"),
            )
        if 300 <= status < 400:
            return CarryError(
                T("{host} sends elsewhere ({code})")(host=self._host, code=status),
                T("write the address that it sends to"),
            )
        return CarryError(
            T("{host} answers {code}")(host=self._host, code=status),
            T("look at the receiver's own log"),
        )


def _signer(secret: str) -> Callable[[str, datetime, str], dict[str, str]]:
    """Makes the headers of a request: id, time and signature."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    if len(key) < _SHORTEST_SECRET:
        raise CarryError(
            T("the secret is not {n} bytes or more in base64")(n=_SHORTEST_SECRET),
            T('make one: echo "whsec_$(openssl rand -base64 32)"'),
        )
    try:
        from standardwebhooks import Webhook  # noqa: PLC0415 - an extra
    except ImportError:
        raise CarryError(
            T("webhooks need a package that is not installed"), T("pip install 'parvis[notify]'")
        ) from None
    hook = Webhook(key)

    def headers(message_id: str, at: datetime, body: str) -> dict[str, str]:
        return {
            "content-type": "application/json",
            "user-agent": f"Parvis/{__version__}",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": hook.sign(message_id, at, body),
        }

    return headers
