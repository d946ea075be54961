"""Single sign-on by OpenID Connect: the code flow with PKCE, state and nonce.

Nothing is asked of the provider until a person chooses it. What a sign-in needs until the provider
sends the person back is held here, under the hash of a cookie of their browser: a state that was
begun in another browser opens nothing.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from parvis.publish.carriers.carrying import trusted
from parvis.server.problems import ProblemError, T
from parvis.server.sessions import hashed
from parvis.site.accounts import SingleSignOn
from parvis.site.sources import is_loopback

LASTS_S = 600.0
"""How long a person may take at the provider."""

_TIMEOUT_S = 10.0
_LEEWAY_S = 60
_MOST_PENDING = 1000
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures that only the provider can make: never "none", never a shared secret."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that waits for the provider: its state, nonce and verifier, and where it leads."""

    state: str
    nonce: str
    verifier: str
    next: str
    ends_s: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says that came back.

    Args:
        subject: issuer and subject, never another person's.
        name: for the log.
        role: by the site's own table.
        places: the places that they see; None for the whole site.
    """

    subject: str
    name: str
    role: str
    places: tuple[str, ...] | None


class SignOnDesk:
    """Sends people to the provider, and takes them back.

    Args:
        settings: returns the provider in force; it may change with the file.
        secret: fills a ``${NAME}`` in, when it is used.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        settings: Callable[[], SingleSignOn | None],
        secret: Callable[[str], str],
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._clock = clock
        self._pending: OrderedDict[str, Pending] = OrderedDict()

    async def begin(self, redirect_uri: str, next: str) -> tuple[str, str]:
        """Where to send a person, and the token for their browser's cookie.

        Raises:
            ProblemError: 404 without a provider, 502 when it does not answer as it should.
        """
        settings = self._provider()
        found = await self._discovered(settings)
        pending = Pending(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            next=next,
            ends_s=self._clock() + LASTS_S,
        )
        token = secrets.token_urlsafe(32)
        self._pending[hashed(token)] = pending
        while len(self._pending) > _MOST_PENDING:
            self._pending.popitem(last=False)
        address = prepare_grant_uri(
            found["authorization_endpoint"],
            settings.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=" ".join(dict.fromkeys(("openid", *settings.scopes))),
            state=pending.state,
            nonce=pending.nonce,
            code_challenge=create_s256_code_challenge(pending.verifier),
            code_challenge_method="S256",
        )
        return token, address

    async def finish(
        self, token: str, told: Mapping[str, str], redirect_uri: str
    ) -> tuple[Identity, str]:
        """Who came back, and where their sign-in leads. A pending sign-in is used up.

        Raises:
            ProblemError: 400 for a state that is not this browser's, 403 for a person without a
                role here, 502 when the provider refuses or does not answer as it should.
        """
        settings = self._provider()
        pending = self._pending.pop(hashed(token), None)
        state = told.get("state", "")
        if (
            pending is None
            or self._clock() >= pending.ends_s
            or not secrets.compare_digest(pending.state.encode(), state.encode())
        ):
            raise ProblemError(
                400,
                "sso-state",
                T("This sign-in was not begun in this browser, or took too long."),
                remedy=T("Begin again from the sign-in page."),
            )
        code = told.get("code", "")
        if not code or told.get("iss", settings.issuer) != settings.issuer:
            raise _no_answer()
        found = await self._discovered(settings)
        claims = await self._claims(settings, found, code, pending, redirect_uri)
        return _identity(settings, claims), pending.next

    def _provider(self) -> SingleSignOn:
        settings = self._settings()
        if settings is None:
            raise ProblemError(404, "no-sso", T("This site has no single sign-on."))
        return settings

    async def _discovered(self, settings: SingleSignOn) -> dict[str, Any]:
        """The provider's own description (OpenID Connect Discovery 1.0)."""
        issuer = settings.issuer.rstrip("/")
        found = await _got(f"{issuer}/.well-known/openid-configuration")
        if found.get("issuer") != settings.issuer:
            raise _no_answer()
        for key in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _demand_safe(str(found.get(key, "")))
        return found

    async def _claims(
        self,
        settings: SingleSignOn,
        found: dict[str, Any],
        code: str,
        pending: Pending,
        redirect_uri: str,
    ) -> dict[str, Any]:
        """What the ID token says, once its signature and each of its bounds are checked."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": pending.verifier,
        }
        access = (settings.client_id, self._secret(settings.client_secret))
        answer = await _got(found["token_endpoint"], form, access)
        keys = await _got(found["jwks_uri"])
        try:
            token = jwt.decode(
                str(answer.get("id_token", "")),
                KeySet.import_key_set(keys),  # type: ignore[arg-type]
                algorithms=_ALGORITHMS,
            )
            jwt.JWTClaimsRegistry(
                now=int(self._clock()),
                leeway=_LEEWAY_S,
                iss={"essential": True, "value": settings.issuer},
                aud={"essential": True, "value": settings.client_id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": pending.nonce},
            ).validate(token.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _no_answer() from error
        claims = dict(token.claims)
        if claims.get("azp", settings.client_id) != settings.client_id:
            raise _no_answer()
        return claims


def _identity(settings: SingleSignOn, claims: Mapping[str, Any]) -> Identity:
    held = claims.get(settings.role_claim, ())
    values = {held} if isinstance(held, str) else set(map(str, held))
    role = next((role for value, role in settings.roles.items() if value in values), None)
    subject = f"{settings.issuer}|{claims['sub']}"
    name = re.sub(r"[^\w.@-]+", "-", str(claims.get(settings.name_claim) or claims["sub"]))[:60]
    if role is None:
        raise ProblemError(
            403,
            "sso-role",
            T("You have no role on this site."),
            T("The provider of identity knows you; this site's table of roles does not."),
            T("Ask the administrator of the site."),
            details={"subject": subject},
        )
    places = [one for value, named in settings.places.items() if value in values for one in named]
    return Identity(subject, name, role, tuple(dict.fromkeys(places)) or None)


async def _got(
    url: str, form: dict[str, str] | None = None, access: tuple[str, str] | None = None
) -> dict[str, Any]:
    """A JSON document of the provider's; no redirection is followed."""
    _demand_safe(url)
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S, verify=trusted(), trust_env=False) as http:
            answer = (
                await http.get(url)
                if form is None
                else await http.post(url, data=form, auth=access or httpx.USE_CLIENT_DEFAULT)
            )
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise _no_answer() from error
    if not isinstance(found, dict):
        raise _no_answer()
    return found


def _demand_safe(url: str) -> None:
    """Codes and secrets cross no network in clear."""
    parts = urlsplit(url)
    here = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not here:
        raise _no_answer()


def _no_answer() -> ProblemError:
    return ProblemError(
        502,
        "sso",
        T("The provider of identity did not answer as it should."),
        remedy=T("Try again; if it lasts, an administrator signs in with a password."),
    )
