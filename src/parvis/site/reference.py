"""The reference page of site.yaml, written from the shapes' titles and descriptions."""

import json
from typing import Any

from parvis.site import schema

_HEAD = """\
# site.yaml, key by key

<!-- Written by a command from src/parvis/site/shapes.py; do not edit. -->

One file describes a site. `parvis check site.yaml` names every error with its line and remedy;
`parvis schema` prints the JSON schema for YAML editors. Points are parts of the image, from 0 to
1, x to the right and y down. `<name>` stands for a name of your own: small letters, digits, `-`
and `_`.

"""


def markdown_reference() -> str:
    """The text of docs/reference/site-yaml.md."""
    parts = [_HEAD]
    for path, part in schema.sections():
        title = f"`{path}`" if path else "The file"
        about = str(part.get("description", "")).split("\n\n")[0]
        parts.append(f"## {title}\n\n{about}\n\n")
        parts.append("| key | type | default | meaning |\n| --- | --- | --- | --- |\n")
        required = part.get("required", ())
        for key, inner in part["properties"].items():
            default = "**required**" if key in required else _default(inner)
            meaning = _cell(f"{inner['title']}. {inner['description']}")
            parts.append(f"| `{key}` | {_type(inner)} | {default} | {meaning} |\n")
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def _default(part: schema.Schema) -> str:
    if "default" not in part:
        return "`{}`"
    default = part["default"]
    if isinstance(default, dict):
        return "see below"
    return "none" if default is None else f"`{_cell(json.dumps(default, ensure_ascii=False))}`"


def _type(part: schema.Schema) -> str:
    part = schema.resolved(part)
    if "enum" in part:
        return " \\| ".join(f"`{choice}`" for choice in part["enum"])
    match part.get("type"):
        case "object":
            return "section" if "properties" in part else "sections by name"
        case "array":
            return "list"
        case "boolean":
            return "true or false"
        case "number" | "integer" as kind:
            word = "number" if kind == "number" else "whole number"
            bounds = (part.get("minimum"), part.get("maximum"))
            return f"{word}, {_bounds(*bounds)}" if None not in bounds else word
    return "text"


def _bounds(low: Any, high: Any) -> str:
    return f"{low:g} to {high:g}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
