"""The schema and the reference page say what the shapes say."""

from pathlib import Path

from parvis.site import json_schema
from parvis.site.reference import markdown_reference
from parvis.site.schema import known_keys, part_at, sections

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/site-yaml.md"


def test_every_field_has_a_title_and_a_description() -> None:
    seen = 0
    for path, part in sections():
        for key, inner in part["properties"].items():
            assert inner.get("title") and inner.get("description"), f"{path}.{key}"
            seen += 1
    assert seen > 30


def test_sections_refuse_unknown_keys_in_the_schema_too() -> None:
    for path, part in sections():
        assert part["additionalProperties"] is False, path
    cameras = json_schema()["properties"]["cameras"]
    assert cameras["additionalProperties"] is False
    assert known_keys(("cameras", "quai", "lines", "pont")) == ("label", "points", "directions")
    found = part_at(("cameras", "quai", "lines", "pont", "points", 0, 1))
    assert found is not None and (found["minimum"], found["maximum"]) == (0, 1)
    assert part_at(("cameras", "quai", "nothing")) is None


def test_the_reference_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown_reference()
