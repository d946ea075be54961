"""Addresses of the built scripts and styles, whose names carry a hash."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
    chunk = manifest[f"src/{entry}.ts"]
    return Bundle(
        f"/static/build/{chunk['file']}",
        tuple(f"/static/build/{name}" for name in chunk.get("css", ())),
    )


@cache
def font() -> str:
    """The address of the text font, for the browser to fetch early."""
    files = sorted((STATIC / "build" / "assets").glob("inter-latin-wght-normal-*.woff2"))
    return f"/static/build/assets/{files[0].name}" if files else ""


@cache
def font_bytes() -> bytes:
    """The text font itself, for papers; empty where the screens are not built."""
    return (STATIC / font().removeprefix("/static/")).read_bytes() if font() else b""
