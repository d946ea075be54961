"""What stands around a site.yaml: secrets, files, the network it opens to."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from parvis.site.document import Key
from parvis.site.placing import Placer
from parvis.site.problems import Problem, Severity
from parvis.site.secrets import (
    FILE_NAME,
    FILE_VARIABLE,
    SecretMissingError,
    SecretsFileError,
    read_secrets,
    readable_by_others,
    resolve,
    secrets_file,
)
from parvis.site.shapes import Site
from parvis.site.sources import (
    SECRET,
    SourceError,
    SourceKind,
    is_loopback,
    located,
    secret_names,
    source_kind,
)

_HALF_WRITTEN = re.compile(r"\$(?!\{[A-Za-z_][A-Za-z0-9_]*\})\{?[A-Z_][A-Z0-9_]*")
_PASSWORD_IN_CLEAR: Final = re.compile(r"://[^/\s:@]*:(?!\$\{)[^@\s]+@")


def surroundings(placer: Placer, site: Site | None, env: Mapping[str, str]) -> Iterator[Problem]:
    """Problems that the file alone does not show.

    Args:
        placer: of the site.yaml.
        site: what it describes, None when it has errors; then only secrets are looked at.
        env: the environment.
    """
    document = placer.document
    values: dict[str, str] = dict(env)
    try:
        file = secrets_file(placer.path.parent, env)
        if file is not None:
            values = {**read_secrets(file), **env}
            if readable_by_others(file):
                yield _of_file(
                    file, "every account of this machine can read it", f"run chmod 640 {file}"
                )
    except (OSError, SecretsFileError) as error:
        said = str(error) if isinstance(error, SecretsFileError) else "it cannot be read"
        yield Problem(
            placer.path,
            0,
            0,
            FILE_VARIABLE,
            f"the secrets file is of no use: {said}",
            "correct the file",
        )
    plain = document.plain() if document.root is not None else None
    for key, text in _addresses(plain):
        yield from _secrets(placer, key, text, values)
    for name, channel in site.notify.items() if site is not None else ():
        for (section, part), text in channel.secrets:
            yield from _unset(placer, ("notify", name, section, part), text, values)
    if site is not None:
        yield from _files(placer, site)
        yield from _network(placer, site)


def _of_file(file: Path, message: str, remedy: str) -> Problem:
    return Problem(file, 0, 0, "", message, remedy, Severity.WARNING)


def _addresses(plain: Any) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Texts that may refer to secrets, with their key paths."""
    if not isinstance(plain, dict):
        return
    cameras, store = plain.get("cameras"), plain.get("store")
    if isinstance(store, dict) and isinstance(store.get("url"), str):
        yield ("store", "url"), store["url"]
    for name, camera in cameras.items() if isinstance(cameras, dict) else ():
        for key in ("source", "sub_source"):
            if isinstance(camera, dict) and isinstance(camera.get(key), str):
                yield ("cameras", name, key), camera[key]


def _unset(
    placer: Placer, key: tuple[Key, ...], text: str, values: Mapping[str, str]
) -> Iterator[Problem]:
    for name in secret_names(text):
        if name not in values:
            yield placer.error(
                key,
                f"the secret {name} is not set",
                f"give {name} a line in {FILE_NAME} beside the file, or set it in the environment",
            )


def _secrets(
    placer: Placer, key: tuple[Key, ...], text: str, values: Mapping[str, str]
) -> Iterator[Problem]:
    missing = [name for name in secret_names(text) if name not in values]
    yield from _unset(placer, key, text, values)
    rest = SECRET.sub("", text)
    if "${" in rest or ("://" in text and _HALF_WRITTEN.search(rest)):
        yield placer.error(
            key,
            "a reference to a secret is not written in full",
            "write ${NAME}: a dollar, braces, capital letters, digits and _",
        )
    if _PASSWORD_IN_CLEAR.search(text):
        yield placer.warning(
            key,
            "a password stands in clear in the file",
            f"write ${{NAME}} in its place, and give NAME a line in {FILE_NAME}",
        )
    if not missing and SECRET.fullmatch(text):
        try:
            source_kind(resolve(text, values))
        except SourceError as error:
            yield placer.error(key, f"within the secret, {error.message}", error.remedy)
        except SecretMissingError:  # pragma: no cover  # looked at above
            return


def _files(placer: Placer, site: Site) -> Iterator[Problem]:
    for name, camera in site.cameras.items():
        for key in ("source", "sub_source"):
            source = getattr(camera, key)
            if (
                source is None
                or SECRET.search(source)
                or source_kind(source) is not SourceKind.FILE
            ):
                continue
            if not Path(located(source, placer.path.parent)).exists():
                yield placer.warning(
                    ("cameras", name, key),
                    "there is no such file or folder on this machine",
                    "check the path; a relative one starts from the folder of site.yaml",
                )
    for key, file in site.map.files.items():
        if not (placer.path.parent / file).is_file():
            yield placer.warning(
                ("map", "plan", "image") if key == "plan" else ("map", key),
                "there is no such file in the folder of site.yaml",
                "put it there, or correct the name",
            )


def _network(placer: Placer, site: Site) -> Iterator[Problem]:
    server = site.server
    if is_loopback(server.bind):
        return
    if server.public_url is None or urlsplit(server.public_url).scheme != "https":
        yield placer.warning(
            ("server", "bind"),
            "passwords would cross the network in clear",
            "keep 127.0.0.1 behind a reverse proxy with TLS, and set server.public_url",
        )
