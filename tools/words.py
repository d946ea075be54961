"""Take the marked words of code and templates into the languages' .po files.

``.venv/bin/python -m tools.words``: new words come in without a translation, words that are gone
go, and every other translation stays. ``tests/screens/test_words.py`` tells what is untranslated.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from parvis.server import i18n

SERVER = Path(i18n.__file__).parent
ELSEWHERE = tuple(SERVER.parent / room for room in ("alerts", "video", "fleet", "publish", "store"))
"""Rooms whose sentences, marked with ``T`` or ``ngettext``, the screens show."""
ELSEWHERE_KEYWORDS = {"T": None, "ngettext": (1, 2)}
KEYWORDS = {"_": None, "T": None, "ngettext": (1, 2)}


def template() -> Catalog:
    """Every message that the code and the templates hold, untranslated."""
    found = Catalog()
    for _, _, message, _, _ in extract_from_dir(
        str(SERVER),
        method_map=[("**.py", "python"), ("**.html", "jinja2")],
        options_map={"**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}},
        keywords=KEYWORDS,
    ):
        if message:
            found.add(message)
    for room in ELSEWHERE:
        for _, _, message, _, _ in extract_from_dir(str(room), keywords=ELSEWHERE_KEYWORDS):
            if message:
                found.add(message)
    return found


def po_file(language: str) -> Path:
    """A language's messages on disk."""
    return i18n.LOCALES / language / "LC_MESSAGES" / "parvis.po"


def read(language: str) -> Catalog:
    """A language's messages."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def update(held: Catalog, wanted: Catalog) -> None:
    """Make a language hold the wanted words; no translation is guessed, none is lost."""
    held.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    held.obsolete.clear()


def main() -> None:
    """Rewrite both files."""
    wanted = template()
    for language in i18n.LANGUAGES:
        held = read(language)
        update(held, wanted)
        with po_file(language).open("wb") as file:
            write_po(file, held, width=0, sort_output=True, no_location=True, omit_header=False)
        left = [one.id for one in held if one.id and not one.string]
        sys.stdout.write(f"{language}: {len(held)} words, {len(left)} to translate\n")


if __name__ == "__main__":
    main()
