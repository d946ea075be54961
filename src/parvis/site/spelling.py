"""What an edit writes: no default that the file does not spell out, no secret in the clear."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from parvis.site.fields import Shape
from parvis.site.redact import HIDDEN, redact


def lists(value: Any) -> Any:
    """``value`` in the types that YAML reads: dict, list and simple values."""
    if isinstance(value, Mapping):
        return {key: lists(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [lists(item) for item in value]
    return value


def by_name(shapes: Mapping[str, Shape | Mapping[str, Any]]) -> dict[str, Any]:
    """Lines or zones as plain values."""
    return {
        name: shape.model_dump(mode="json") if isinstance(shape, Shape) else lists(shape)
        for name, shape in shapes.items()
    }


def sparse(shape: Shape) -> dict[str, Any]:
    """A shape as plain values, without what is as by default."""
    return shape.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def with_hidden_addresses(given: Mapping[str, Any], old: Any) -> dict[str, Any]:
    """``given`` with addresses that only come back hidden put back as the file has them."""
    result = dict(given)
    for key in ("source", "sub_source"):
        written = old.get(key) if isinstance(old, dict) else None
        shown = result.get(key)
        if (
            isinstance(written, str)
            and isinstance(shown, str)
            and HIDDEN in shown
            and shown == redact(written)
        ):
            result[key] = written
    return result


def as_written(old: Any, given: Mapping[str, Any], shape: type[Shape]) -> dict[str, Any]:
    """What to write for ``given``: no default that the file does not spell out already."""
    try:
        sound = shape.model_validate(lists(given))
    except ValidationError:
        return {key: value for key, value in lists(given).items() if value is not None}
    full = sound.model_dump(mode="json")
    least = sound.model_dump(mode="json", exclude_defaults=True)
    result = _spelled(old, full, least)
    assert isinstance(result, dict)  # noqa: S101  # a shape dumps to a section
    return result


def _spelled(old: Any, full: Any, least: Any) -> Any:
    if isinstance(full, list) and isinstance(least, list):
        return least
    if not isinstance(full, dict):
        return full
    written = old if isinstance(old, dict) else {}
    sparse = least if isinstance(least, dict) else {}
    return {
        key: _spelled(written.get(key), value, sparse.get(key))
        for key, value in full.items()
        if key in sparse or (key in written and (value is not None or written[key] is None))
    }
