"""The public page as bytes, with the tag by which caches know it again."""

import base64
import hashlib
import threading
from dataclasses import dataclass
from functools import cache
from typing import Final

from parvis.server.documents import paper
from parvis.server.documents.facts import Facts, gathered
from parvis.server.i18n import LANGUAGES, Words
from parvis.server.law import act_of
from parvis.server.pages.assets import STATIC
from parvis.server.pages.frame import TEMPLATES, environment, mode_said
from parvis.server.public.accuracy import accuracies
from parvis.server.public.address import API, PATH
from parvis.server.public.busy import busy_places, for_public
from parvis.server.services import HubServices, zone_of
from parvis.server.town.wording import level_said
from parvis.server.ways_out import WaysOut

KEPT_S: Final = 10.0
"""A page is drawn again after this, however many ask for it."""

MOST_AGE_S: Final = 60.0
"""The longest that a cache may keep it: a change of site.yaml shows within a minute."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawing of the page.

    Args:
        body: HTML, UTF-8.
        tag: of its content, for ``ETag``.
        closes_s: when the next stretch closes, and the page may change.
    """

    body: bytes
    tag: str
    closes_s: float

    def max_age_s(self, now_s: float) -> int:
        """How long a cache may keep it without asking."""
        return int(max(1.0, min(self.closes_s - now_s, MOST_AGE_S)))


class PublicBoard:
    """Draws the public page once for all who ask within ten seconds.

    Args:
        hub: the services.
    """

    def __init__(self, hub: HubServices) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._drawn: dict[str, tuple[tuple[str, int], Drawn]] = {}

    def drawn(self, language: str) -> Drawn:
        """The page in that language; blocking."""
        hub = self._hub
        key = (hub.site.loaded().hash, int(hub.clock() // KEPT_S))
        with self._lock:
            held = self._drawn.get(language)
            if held is not None and held[0] == key:
                return held[1]
            drawn = _draw(hub, Words(language, zone_of(hub)))
            self._drawn[language] = (key, drawn)
            return drawn


def facts_of(hub: HubServices, ways: WaysOut) -> Facts:
    """What is told of the site; blocking."""
    acts = [act_of(one) for one in hub.store.instruments.present()]
    return gathered(hub.site.loaded(), hub.store, ways.gate.law, acts, now_s=ways.now_s)


@cache
def style() -> str:
    """The style sheet that the page carries within it."""
    own = (TEMPLATES / "public.css").read_text(encoding="utf-8")
    return (STATIC / "tokens.css").read_text(encoding="utf-8") + own


@cache
def content_policy() -> str:
    """What a browser lets the page do: carry its own style and show its own icon."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def _draw(hub: HubServices, words: Words) -> Drawn:
    ways = for_public(hub)
    facts = facts_of(hub, ways)
    profile = ways.gate.profile
    text = environment.get_template("public.html").render(
        paper.told_of(facts, words)
        | {
            "ngettext": words.ngettext,
            "site": facts.site,
            "style": style(),
            "languages": LANGUAGES,
            "path": PATH,
            "data": f"{API}/counts" if facts.site.public.open_data else None,
            "mode": mode_said(ways.gate.law.mode, words),
            "few": int(profile.min_cell),
            "busy": busy_places(hub, ways),
            "level_said": lambda level: level_said(level, words),
            "accuracy": accuracies(facts, ways),
        }
    )
    body = text.encode()
    length_s = profile.closed_bin_s or 60.0
    closes_s = (ways.now_s // length_s + 1) * length_s + profile.after_close_s
    return Drawn(body, hashlib.sha256(body).hexdigest()[:32], closes_s)
