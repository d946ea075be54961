"""Keeps a secret that a person typed on a screen: in the secrets file, never in site.yaml."""

import fcntl
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from parvis.site.replacing import replace
from parvis.site.secrets import FILE_NAME, read_secrets, secrets_file
from parvis.site.sources import SECRET, SourceKind, source_kind

_LINE = r"^(?:export\s+)?{name}\s*=.*$"


def without_password(address: str, name: str) -> tuple[str, str | None]:
    """Take the password out of an address.

    Args:
        address: as typed, for example ``rtsp://user:word@192.0.2.10/main``.
        name: the secret's name to put in its place.

    Returns:
        The address with ``${NAME}`` for its password, and the password; the address unchanged and
        None when it has no password of its own.
    """
    if source_kind(address) not in (SourceKind.RTSP, SourceKind.HTTP) or SECRET.search(address):
        return address, None
    scheme, rest = address.split("://", 1)
    # To the last @, as redact does: a password may hold / # ? or @.
    credentials, at, place = rest.rpartition("@")
    user, _, password = credentials.partition(":")
    if not password:
        return address, None
    return f"{scheme}://{user}:${{{name}}}{at}{place}", password


def secret_name(camera: str, part: str, taken: Collection[str]) -> str:
    """A free name for a camera's secret, for example ``QUAI_PASSWORD``.

    Args:
        camera: the camera's name.
        part: ``PASSWORD`` or ``SUB_PASSWORD``.
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
