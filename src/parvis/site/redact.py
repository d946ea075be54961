"""Addresses and texts without the secrets they carry."""

import re
from collections.abc import Iterable
from typing import Final

HIDDEN: Final = "***"

_SAFE_PARAMETERS: Final = (
    "action|bitrate|camera|channel|codec|fps|height|play_count|profile|proto|rate|"
    "resolution|stream|streamtype|subtype|transportmode|unicast|width"
)
"""Parameters of camera addresses whose values are shown; every other value is hidden."""

# User and password reach to the last @ before a blank: a password may hold / : # ? @ or quotes.
_CREDENTIALS = re.compile(r"(?P<scheme>\b[A-Za-z][A-Za-z0-9+.-]*://)\S*@")
_PARAMETER = re.compile(
    rf"(?P<name>[?&;](?!(?:{_SAFE_PARAMETERS})=)[^\s=&;#\"'<>]+=)[^\s&]+", re.IGNORECASE
)
# Too short to stand for a secret anywhere in a text, but not before an equals sign.
_SHORT = re.compile(
    r"(?P<name>(?<![A-Za-z0-9])(?:pass|pw|psw|psd|key|auth|sig|sid)=)"
    r"(?P<value>\"[^\"]*\"|'[^']*'|[^\s&;,#\"'<>]+)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?P<name>[\w.-]*"
    r"(?:password|passwd|passphrase|pwd|loginpas|secret|token|api[_-]?key|credential)"
    r"[\w.-]*[\"']?\s*[=:]\s*)"
    r"(?P<value>\"[^\"]*\"|'[^']*'|[^\s&;,#\"'<>]+)",
    re.IGNORECASE,
)
_AUTHORIZATION = re.compile(
    r"(?P<name>\b(?:proxy-)?authorization\s*[=:]\s*)[^\r\n\"']+", re.IGNORECASE
)
_BEARER = re.compile(r"(?P<name>\b(?:basic|bearer|digest)\s+)[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` with ``***`` in place of what may be a secret.

    Hidden: user and password of every address, the values of address parameters save a few known
    harmless ones, values written after a name such as password or token, authorization headers,
    and every one of ``secrets`` wherever it stands. Doing it twice changes nothing more. A
    password with a blank in an address is found only through ``secrets``.

    Args:
        text: an address, a log line, an error message.
        secrets: values known to be secret, for example those just resolved.
    """
    for secret in sorted(set(secrets), key=len, reverse=True):
        if secret:
            text = text.replace(secret, HIDDEN)
    text = _CREDENTIALS.sub(rf"\g<scheme>{HIDDEN}@", text)
    text = _PARAMETER.sub(rf"\g<name>{HIDDEN}", text)
    text = _AUTHORIZATION.sub(rf"\g<name>{HIDDEN}", text)
    text = _BEARER.sub(rf"\g<name>{HIDDEN}", text)
    text = _SHORT.sub(_hide_value, text)
    return _NAMED.sub(_hide_value, text)


def _hide_value(found: re.Match[str]) -> str:
    value = found["value"]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{found['name']}{quote}{HIDDEN}{quote}"
