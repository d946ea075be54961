"""Every word of the screens stands in both languages, with the spaces that French asks for."""

import re
import string

import pytest
from tools import words

from parvis.server import i18n
from parvis.video.errors import Fault, FaultKind


def messages() -> set[str]:
    """The first form of every message that the code and the templates hold."""
    return {forms(one.id)[0] for one in words.template() if one.id}


def forms(text: object) -> tuple[str, ...]:
    """A message's one or two forms."""
    return tuple(str(one) for one in text) if isinstance(text, (tuple, list)) else (str(text),)


def fields(text: str) -> set[str]:
    """Names of the ``{fields}`` of a message."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_message_is_said(language: str) -> None:
    held = words.read(language)
    said = {forms(one.id)[0]: forms(one.string) for one in held if one.id}
    missing = sorted(text for text in messages() if not all(said.get(text, ("",))))
    assert missing == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_translations_keep_their_fields(language: str) -> None:
    for one in words.read(language):
        if not one.id:
            continue
        wanted = set().union(*(fields(form) for form in forms(one.id)))
        for form in forms(one.string):
            assert fields(form) <= wanted, form


def test_english_is_not_french() -> None:
    french = {forms(one.id): forms(one.string) for one in words.read("fr") if one.id}
    told = [(forms(one.id), forms(one.string)) for one in words.read("en") if one.id]
    assert [said for text, said in told if said != text and said == french[text]] == []


def test_french_spaces_are_no_break_spaces() -> None:
    for one in words.read("fr"):
        if not one.id:
            continue
        for form in forms(one.string):
            shown = i18n.french_spaces(form)
            assert not re.search(r" [;:!?%»]|« ", shown), shown
            assert not re.search(r"[^\W\d_][!?;]", shown), shown


def test_an_update_keeps_every_translation_and_brings_what_is_new() -> None:
    before = {forms(one.id): forms(one.string) for one in words.read("fr") if one.id}
    held, wanted = words.read("fr"), words.template()
    wanted.add("A word of tomorrow")
    words.update(held, wanted)
    after = {forms(one.id): forms(one.string) for one in held if one.id}
    assert not held["A word of tomorrow"].string
    del after[("A word of tomorrow",)]
    assert after == {one: before.get(one, ("",)) for one in after}


def test_a_camera_says_in_french_what_is_wrong_with_it() -> None:
    said = {forms(one.id)[0]: forms(one.string)[0] for one in words.read("fr") if one.id}
    for kind in FaultKind:
        fault = Fault(kind)
        assert said[fault.message] != fault.message
        assert said[fault.remedy] != fault.remedy
