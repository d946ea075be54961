"""Folders in which the files of models may lie."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look for model files, in order, and where to keep what was fetched.

    Args:
        assets: folders prepared by a person, only read; models are under ``models/NAME/``.
        cache: folder that Parvis fills; the same layout.
    """

    assets: tuple[Path, ...]
    cache: Path

    @property
    def model_roots(self) -> tuple[Path, ...]:
        """Folders that hold one folder a model, in the order in which they are searched."""
        return tuple(root / "models" for root in (*self.assets, self.cache))

    def kept(self, name: str) -> Path:
        """The folder of that model in the cache; it may not exist yet."""
        return self.cache / "models" / name


def usual(assets: Path | None = None) -> Places:
    """The places of this installation.

    Args:
        assets: an assets folder to search first; by default that of ``PARVIS_ASSETS``, else the
            folder ``shared`` beside a development checkout. The cache is ``PARVIS_CACHE``, else
            ``parvis`` under ``XDG_CACHE_HOME`` or ``~/.cache``.
    """
    given = assets or (Path(env) if (env := os.environ.get("PARVIS_ASSETS")) else None)
    if given:
        searched: tuple[Path, ...] = (given,)
    else:
        checkout = Path(__file__).resolve().parents[4]
        beside = checkout.parent / "shared"
        developing = (checkout / "pyproject.toml").exists() and beside.is_dir()
        searched = (beside,) if developing else ()
    return Places(searched, cache_folder())


def cache_folder() -> Path:
    """Folder for files that can be fetched again."""
    if own := os.environ.get("PARVIS_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parvis"
