"""The JSON schema of site.yaml, and look-ups in it: which keys a section knows, and what of."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from parvis.site.shapes import Site

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The JSON schema of site.yaml, for YAML editors: completion, help and checks while typing.

    What a schema cannot say (an outline that crosses itself, a demonstration of a real camera) is
    left to :func:`parvis.site.check.check`.
    """
    whole = {"$schema": DIALECT, **Site.model_json_schema(), "title": "site.yaml of Parvis"}
    for section in (whole, *whole["$defs"].values()):
        for part in section.get("properties", {}).values():
            if "patternProperties" in part:
                part["additionalProperties"] = False  # no name outside the pattern
    return whole


@cache
def _schema() -> Schema:
    return json_schema()


def resolved(part: Schema) -> Schema:
    """``part`` with its reference followed and the alternative of null left out."""
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[-1]
        return {**_schema()["$defs"][name], **{k: v for k, v in part.items() if k != "$ref"}}
    alternatives = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
    if len(alternatives) == 1:
        return {**resolved(alternatives[0]), **{k: v for k, v in part.items() if k != "anyOf"}}
    return part


def part_at(path: Sequence[str | int]) -> Schema | None:
    """The part of the schema that describes what stands at ``path``; None where nothing may."""
    part: Schema | None = _schema()
    for key in path:
        if part is None:
            return None
        part = resolved(part)
        if isinstance(key, int):
            fixed = part.get("prefixItems", ())
            part = fixed[key] if key < len(fixed) else part.get("items")
        elif "properties" in part:
            part = part["properties"].get(key)
        else:
            part = _any_key(part)
    return None if part is None else resolved(part)


def _any_key(part: Schema) -> Schema | None:
    patterns = part.get("patternProperties")
    found = next(iter(patterns.values())) if patterns else part.get("additionalProperties")
    return found if isinstance(found, dict) else None


def known_keys(path: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that a section at ``path`` knows; empty where its keys are names of your own."""
    part = part_at(path)
    return tuple(part.get("properties", ())) if part else ()


def sections() -> Iterator[tuple[str, Schema]]:
    """Every section of site.yaml with its key path, names of your own written ``<name>``."""
    yield from _sections("", _schema())


def _sections(path: str, part: Schema) -> Iterator[tuple[str, Schema]]:
    part = resolved(part)
    if "properties" in part:
        yield path, part
        for key, inner in part["properties"].items():
            yield from _sections(f"{path}.{key}" if path else key, inner)
    elif isinstance(part.get("items"), dict):
        yield from _sections(f"{path}[]", part["items"])
    elif (inner_part := _any_key(part)) is not None:
        yield from _sections(f"{path}.<name>", inner_part)
