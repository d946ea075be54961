"""Every word of the screens stands in both languages, with the spaces that French asks for."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from parvis.server import i18n

SERVER = Path(i18n.__file__).parent
KEYWORDS = {"_": None, "T": None, "ngettext": (1, 2)}


def messages() -> set[str]:
    """The first form of every message that the code and the templates hold."""
    found = extract_from_dir(
        str(SERVER),
        method_map=[("**.py", "python"), ("**.html", "jinja2")],
        options_map={"**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}},
        keywords=KEYWORDS,
    )
    return {one[2][0] if isinstance(one[2], tuple) else one[2] for one in found} - {""}


def catalogue(language: str) -> Catalog:
    """A language's messages."""
    with (i18n.LOCALES / language / "LC_MESSAGES" / "parvis.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: object) -> tuple[str, ...]:
    """A message's one or two forms."""
    return tuple(str(one) for one in text) if isinstance(text, (tuple, list)) else (str(text),)


def fields(text: str) -> set[str]:
    """Names of the ``{fields}`` of a message."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_message_is_said(language: str) -> None:
    held = catalogue(language)
    said = {forms(one.id)[0]: forms(one.string) for one in held if one.id}
    missing = sorted(text for text in messages() if not all(said.get(text, ("",))))
    assert missing == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_translations_keep_their_fields(language: str) -> None:
    for one in catalogue(language):
        if not one.id:
            continue
        wanted = set().union(*(fields(form) for form in forms(one.id)))
        for form in forms(one.string):
            assert fields(form) <= wanted, form


def test_french_spaces_are_no_break_spaces() -> None:
    for one in catalogue("fr"):
        if not one.id:
            continue
        for form in forms(one.string):
            shown = i18n.french_spaces(form)
            assert not re.search(r" [;:!?%»]|« ", shown), shown
            assert not re.search(r"[^\W\d_][!?;]", shown), shown
