"""Addresses of the built scripts and styles, whose names carry a hash."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parent.parent / "static"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files of one entry of the web build: addresses a page may name."""

    script: str
    styles: tuple[str, ...]


class NotBuiltError(RuntimeError):
    """The screens were not built."""


@cache
def bundle(entry: str) -> Bundle:
    """The files of ``web/src/<entry>.ts``.

    Raises:
        NotBuiltError: `make` has not built the screens.
    """
    try:
        manifest = json.loads((STATIC / "build" / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotBuiltError("the screens are not built: run `make setup`") from None
    key = f"src/{entry}.ts"
    styles = dict.fromkeys(_styles(manifest, key))
    return Bundle(
        f"/static/build/{manifest[key]['file']}",
        tuple(f"/static/build/{name}" for name in styles),
    )


def _styles(manifest: dict[str, Any], key: str) -> Iterator[str]:
    """Styles of an entry and of what it shares with others, the shared ones first."""
    for shared in manifest[key].get("imports", ()):
        yield from _styles(manifest, shared)
    yield from manifest[key].get("css", ())


@cache
def font() -> str:
    """The address of the text font, for the browser to fetch early."""
    files = sorted((STATIC / "build" / "assets").glob("inter-latin-wght-normal-*.woff2"))
    return f"/static/build/assets/{files[0].name}" if files else ""


@cache
def font_bytes() -> bytes:
    """The text font itself, for papers; empty where the screens are not built."""
    return (STATIC / font().removeprefix("/static/")).read_bytes() if font() else b""
