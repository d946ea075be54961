"""What the publishers would carry: every kind of channel, its letters taken before the network."""

import random
from collections.abc import Iterable

from parvis.fleet.proof.world import World
from parvis.publish.carriers.carrying import Told
from parvis.publish.courier import Courier, Pace
from parvis.publish.deciding import Desk
from parvis.publish.letter import Letter, Writer
from parvis.publish.planning import plan
from parvis.server.i18n import Words

CHANNELS = ("courriel", "crochet", "courtier")
"""One of each kind: mail, webhook, broker."""


class _Tray:
    """Takes every letter and sends none."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def carry(self, letters: Iterable[Letter], told: Told) -> None:
        """Keep them."""
        for letter in letters:
            self.letters.append(letter)
            told(letter, None)


def letters(world: World, channel: str) -> list[str]:
    """What one channel would carry now, as text."""
    hub = world.hub
    site = hub.site.loaded().site
    store = hub.store
    while store.notices.gather(lambda news: list(plan(site, news))):
        pass
    tray = _Tray()
    desk = Desk(site, hub.gate())
    writer = Writer(site, {}, Words("fr", desk.zone))
    courier = Courier(channel, store.notices, hub.clock, Pace(random.Random(1)))  # noqa: S311
    courier.round(desk, writer, lambda: tray)
    return [f"{one.subject} {one.lines} {one.facts} {one.payload}" for one in tray.letters]
