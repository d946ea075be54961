"""site.yaml → a loaded site: the shapes, where they come from, and which version they are."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parvis.site import secrets
from parvis.site.check import decode, judge, read_bytes
from parvis.site.problems import Problem, SiteError, errors
from parvis.site.redact import redact
from parvis.site.shapes import Site
from parvis.site.sources import located


@dataclass(frozen=True, slots=True)
class LoadedSite:
    """A configuration in use.

    Args:
        site: the shapes.
        path: the file, absolute.
        etag: of the file's bytes; changes with every byte, comments included.
        hash: of what the configuration says, without secrets; the same for two files that say
            the same. Stated by documents and summaries.
        warnings: problems that let the file be used.
    """

    site: Site
    path: Path
    etag: str
    hash: str
    warnings: tuple[Problem, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.parent

    @property
    def data_folder(self) -> Path:
        """The folder of the database and the spool; it may not exist yet."""
        return self.folder / Path(self.site.store.data_dir).expanduser()

    def address(self, source: str, env: Mapping[str, str]) -> str:
        """``source`` ready to be opened: secrets filled in, a relative path made absolute.

        Call it when opening and keep no copy.

        Raises:
            SecretMissingError: a secret is set nowhere.
            SourceError: what the secret holds is no source.
            SecretsFileError, OSError: the secrets file cannot be read.
        """
        file = secrets.secrets_file(self.folder, env)
        return located(secrets.resolve(source, env, file), self.folder)

    def secret(self, text: str, env: Mapping[str, str]) -> str:
        """``text`` with its secrets filled in; call it when they are used and keep no copy.

        Raises:
            SecretMissingError: a secret is set nowhere.
            SecretsFileError, OSError: the secrets file cannot be read.
        """
        return secrets.resolve(text, env, secrets.secrets_file(self.folder, env))

    def database(self, env: Mapping[str, str]) -> str | None:
        """The database address with its secrets filled in; None for SQLite in the data folder.

        Raises:
            SecretMissingError: a secret is set nowhere.
        """
        if self.site.store.url is None:
            return None
        return secrets.resolve(self.site.store.url, env, secrets.secrets_file(self.folder, env))


def load(path: Path) -> LoadedSite:
    """Load a site.yaml.

    A secret that is not set does not stop it: only the camera that needs it cannot be opened.

    Raises:
        SiteError: the file cannot be used; carries every problem found.
    """
    return loaded(path, read_bytes(path))


def loaded(path: Path, raw: bytes) -> LoadedSite:
    """Load the bytes of a site.yaml that stands, or will stand, at ``path``.

    Raises:
        SiteError: they cannot be used.
    """
    site, problems = judge(path, decode(path, raw))
    if site is None or errors(problems):
        raise SiteError(problems)
    return LoadedSite(site, path.absolute(), etag_of(raw), hash_of(site), tuple(problems))


def etag_of(raw: bytes) -> str:
    """The version of a file with these bytes."""
    return hashlib.sha256(raw).hexdigest()


def hash_of(site: Site) -> str:
    """The hash of what ``site`` says, secrets left out: 64 hexadecimal digits."""
    said = site.model_dump(mode="json")
    for camera in said["cameras"].values():
        for key in ("source", "sub_source"):
            camera[key] = camera[key] and redact(camera[key])
    said["store"]["url"] = said["store"]["url"] and redact(said["store"]["url"])
    for channel in said["notify"].values():
        if channel["webhook"]:
            channel["webhook"]["url"] = redact(channel["webhook"]["url"])
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
