"""Keeps a secret that a person typed on a screen: in the secrets file, never in site.yaml."""

import fcntl
import os
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from parvis.site.replacing import replace
from parvis.site.secrets import FILE_NAME, read_secrets, secrets_file
from parvis.site.sources import SECRET, SourceKind, source_kind

_LINE = r"^(?:export\s+)?{name}\s*=.*$"


# Names of parameters that carry a secret, as cameras spell them: ?pwd=, &loginpas=, ;authToken=…
_SECRET_PARAMETER = re.compile(
    r"(?P<name>[?&;/][^=&;/?#]*(?:pass|passwd|pwd|psw|psd|pw|loginpas|secret|token|key|auth|"
    r"signature|sig|credentials?|sid|sessionid|password|passphrase)=)(?P<value>(?:(?!\$\{)[^&;#])+)",
    re.IGNORECASE,
)


def without_secrets(address: str, name_of: Callable[[str], str]) -> tuple[str, dict[str, str]]:
    """Take the password and every other secret out of an address.

    Args:
        address: as typed, for example ``rtsp://user:word@192.0.2.10/main?token=x``.
        name_of: gives the name of a secret, from ``PASSWORD`` or ``KEY``; asked once for each.

    Returns:
        The address with ``${NAME}`` for each secret, and the secrets by name; the address unchanged
        and nothing when it has none of its own.
    """
    if source_kind(address) not in (SourceKind.RTSP, SourceKind.HTTP):
        return address, {}
    found: dict[str, str] = {}

    def kept(value: str, part: str) -> str:
        name = name_of(part)
        found[name] = value
        return f"${{{name}}}"

    scheme, rest = address.split("://", 1)
    # To the last @, as redact does: a password may hold / # ? or @.
    credentials, at, place = rest.rpartition("@")
    user, _, password = credentials.partition(":")
    if password and not SECRET.search(credentials):
        credentials = f"{user}:{kept(password, 'PASSWORD')}"
    rest = f"{credentials}{at}{place}"
    rest = _SECRET_PARAMETER.sub(lambda one: one["name"] + kept(one["value"], "KEY"), rest)
    return f"{scheme}://{rest}", found


def secret_name(camera: str, part: str, taken: Collection[str]) -> str:
    """A free name for a camera's secret, for example ``QUAI_PASSWORD``.

    Args:
        camera: the camera's name.
        part: what kind of secret, for example ``PASSWORD`` or ``SUB_PASSWORD``.
        taken: names in use.
    """
    stem = f"{camera.upper().replace('-', '_')}_{part}"
    if stem[0].isdigit():
        stem = f"CAMERA_{stem}"
    name, n = stem, 2
    while name in taken:
        name, n = f"{stem}_{n}", n + 1
    return name


def keep_secret(folder: Path, env: Mapping[str, str], name: str, value: str) -> Path:
    """Write NAME=value into the secrets file, replaced at one stroke, readable by its owner only.

    Args:
        folder: the folder of site.yaml.
        env: the environment, which may name another secrets file.
        name: the secret's name.
        value: one line of text.

    Returns:
        The file.

    Raises:
        ValueError: a value of several lines.
        OSError: the folder does not allow it.
    """
    if "\n" in value or "\r" in value:
        raise ValueError("a secret is one line")
    file = secrets_file(folder, env) or folder / FILE_NAME
    target = file.resolve()
    lock = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        text = target.read_text(encoding="utf-8-sig") if target.exists() else ""
        line = f'{name}="{value}"'
        pattern = re.compile(_LINE.format(name=re.escape(name)), re.MULTILINE)
        if pattern.search(text):
            text = pattern.sub(lambda _: line, text)
        else:
            text += ("" if not text or text.endswith("\n") else "\n") + line + "\n"
        replace(target, text.encode())
    finally:
        os.close(lock)
    return file


def known_secrets(folder: Path, env: Mapping[str, str]) -> frozenset[str]:
    """Names that the environment or the secrets file give a value."""
    file = secrets_file(folder, env)
    return frozenset(env) | frozenset(read_secrets(file) if file and file.exists() else ())
