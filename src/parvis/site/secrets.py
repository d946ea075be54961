"""Secrets: ``${NAME}`` from the environment or a secrets file, resolved only when opened."""

import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from parvis.site.sources import SECRET, secret_names

FILE_NAME: Final = "secrets.env"
"""The secrets file beside site.yaml."""

FILE_VARIABLE: Final = "PARVIS_SECRETS"
"""Environment variable that names another secrets file."""

_ENCODED = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*")
_LINE = re.compile(r"^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$")


class SecretMissingError(LookupError):
    """A source refers to secrets that neither the environment nor the secrets file holds.

    Args:
        names: the missing ones.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(
            f"no secret named {', '.join(names)}: set it in the environment or in {FILE_NAME}"
        )


class SecretsFileError(ValueError):
    """A line of the secrets file is not NAME=value; the message gives its number, not its text."""


def secrets_file(folder: Path, env: Mapping[str, str]) -> Path | None:
    """The secrets file to use: ``PARVIS_SECRETS``, else ``secrets.env`` in ``folder`` if it exists.

    Args:
        folder: the folder of site.yaml.
        env: the environment.
    """
    if named := env.get(FILE_VARIABLE):
        return folder / Path(named).expanduser()
    beside = folder / FILE_NAME
    return beside if beside.exists() else None


def read_secrets(file: Path) -> dict[str, str]:
    """Read NAME=value lines; blank lines and lines beginning with # are skipped.

    A value may stand in single or double quotes, which are taken off.

    Raises:
        SecretsFileError: a line that is neither.
        OSError: the file cannot be read.
    """
    values: dict[str, str] = {}
    text = file.read_text(encoding="utf-8-sig", errors="surrogateescape")
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        found = _LINE.match(bare)
        if found is None:
            raise SecretsFileError(f"{file}:{number}: write it as NAME=value")
        name, value = found.groups()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        values[name] = value
    return values


def readable_by_others(file: Path) -> bool:
    """True when accounts other than the owner and the group may read ``file``."""
    return bool(file.stat().st_mode & stat.S_IROTH)


def resolve(source: str, env: Mapping[str, str], file: Path | None = None) -> str:
    """Return ``source`` with each ``${NAME}`` replaced; call it when opening, keep no copy.

    The environment wins over the file. In the user and password of an address, a value is
    percent-encoded unless it already is, so that ``p@ss/word`` works as it is.

    Args:
        source: as written in site.yaml.
        env: the environment.
        file: the secrets file, read now.

    Raises:
        SecretMissingError: with every name that is missing.
        SecretsFileError, OSError: the secrets file cannot be read.
    """
    names = secret_names(source)
    if not names:
        return source
    values = {**(read_secrets(file) if file else {}), **env}
    missing = tuple(name for name in names if name not in values)
    if missing:
        raise SecretMissingError(missing)
    credentials_end = source.find("@") if "://" in source else -1

    def value_of(found: re.Match[str]) -> str:
        value = values[found[1]]
        inside = found.start() < credentials_end
        return quote(value, safe="") if inside and not _ENCODED.fullmatch(value) else value

    return SECRET.sub(value_of, source)


def resolved_values(source: str, env: Mapping[str, str], file: Path | None = None) -> set[str]:
    """The secret values within the resolved ``source``, raw and encoded, to be hidden in texts."""
    values = {**(read_secrets(file) if file else {}), **env}
    raw = {values[name] for name in secret_names(source) if values.get(name)}
    return raw | {quote(value, safe="") for value in raw}
