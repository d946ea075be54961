"""Tells people of alerts: what happened → outbox → channels, each in a thread of its own."""

import os
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from parvis.alerts.rule import Rule
from parvis.policy.gate import Gate
from parvis.publish.carriers.carrying import Carrier
from parvis.publish.carriers.choosing import carrier_of
from parvis.publish.courier import Courier, Pace
from parvis.publish.deciding import Desk
from parvis.publish.letter import Writer
from parvis.publish.planning import plan
from parvis.publish.speech import Speeches
from parvis.site.loading import LoadedSite
from parvis.store import Store, StoreUnavailableError
from parvis.store.notices import AT_ONCE
from parvis.values.alerts import Alert
from parvis.values.notices import ChannelState, News, Notice

log = structlog.get_logger(__name__)

_LOOK_S = 1.0
"""Between two looks when nobody calls: for what waits for its time."""


@dataclass
class Notifier:
    """Keeps the channels of a site told.

    Args:
        store: with the alerts and the outbox.
        site: returns the configuration in force.
        gate: returns the gate of the profile in force.
        rules: returns the rules in force, by name.
        speeches: the languages of messages.
        clock: seconds since the epoch.
        env: where secrets come from.
        stopped: whether a person has stopped what goes out over a channel.
    """

    store: Store
    site: Callable[[], LoadedSite]
    gate: Callable[[], Gate]
    rules: Callable[[], Mapping[str, Rule]]
    speeches: Speeches
    clock: Callable[[], float]
    env: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    stopped: Callable[[str], bool] = lambda _channel: False
    _couriers: dict[str, Courier] = field(default_factory=dict, init=False, repr=False)
    _rounds: dict[str, threading.Thread] = field(default_factory=dict, init=False, repr=False)
    _called: threading.Event = field(default_factory=threading.Event, init=False, repr=False)
    _ended: bool = field(default=False, init=False, repr=False)

    def heard(self, _alerts: Sequence[Alert]) -> None:
        """Alerts changed: look at once. For ``Alerts.heard_by``."""
        self._called.set()

    def start(self) -> None:
        """Begin; the threads end with the process."""
        threading.Thread(target=self._run, name="notifier", daemon=True).start()

    def end(self) -> None:
        """Begin nothing more; what is under way and not marked goes again at the next start."""
        self._ended = True
        self._called.set()

    def turn(self) -> None:
        """Take what happened into the outbox, and let every channel do a round that has
        something to tell and is not at it.

        Raises:
            StoreUnavailableError: try again later.
        """
        loaded = self.site()
        self.gather()
        self.store.notices.drop_others(tuple(loaded.site.notify), self.clock())
        for name in self.store.notices.busy(self.clock()) & loaded.site.notify.keys():
            under_way = self._rounds.get(name)
            if under_way is None or not under_way.is_alive():
                thread = threading.Thread(
                    target=self._safe_round, args=(name,), name=f"notify-{name}", daemon=True
                )
                self._rounds[name] = thread
                thread.start()

    def gather(self) -> None:
        """Write the messages that follow from what happened to alerts since the last time."""
        site = self.site().site

        def planned(news: Sequence[News]) -> list[Notice]:
            return list(plan(site, news))

        while self.store.notices.gather(planned) == AT_ONCE:
            pass

    def round(self, name: str) -> int:
        """Let one channel do a round, in this thread; how many messages were tried.

        Raises:
            StoreUnavailableError: try again later.
        """
        loaded = self.site()
        channel = loaded.site.notify.get(name)
        if channel is None:
            return 0
        rules = dict(self.rules())
        desk = Desk(loaded.site, self.gate(), self.stopped)
        speech = self.speeches(channel.language or loaded.site.site.language, desk.zone)

        def carrier() -> Carrier:
            return carrier_of(loaded, name, self.env)

        return self._courier(name).round(desk, Writer(loaded.site, rules, speech), carrier)

    def states(self) -> list[ChannelState]:
        """How the channels do.

        Raises:
            StoreUnavailableError: the database cannot be reached.
        """
        return self.store.notices.states(tuple(self.site().site.notify), self.clock())

    def _courier(self, name: str) -> Courier:
        if name not in self._couriers:
            # Spread by chance, so that many sites do not all knock when a server comes back.
            pace = Pace(random.Random())  # noqa: S311
            self._couriers[name] = Courier(name, self.store.notices, self.clock, pace)
        return self._couriers[name]

    def _safe_round(self, name: str) -> None:
        try:
            self.round(name)
        except StoreUnavailableError as error:
            log.error("the outbox cannot be read or written", channel=name, reason=str(error))
        except Exception as error:
            # What it was about may hold a secret (an address with its key): its name says enough.
            log.error("a round of notifications failed", channel=name, reason=type(error).__name__)
            self._courier(name).pace.failed(self.clock())

    def _run(self) -> None:
        while not self._ended:
            self._called.clear()
            try:
                self.turn()
            except StoreUnavailableError as error:
                log.error("the outbox cannot be read or written", reason=str(error))
            except Exception:
                log.exception("notifications failed")
            self._called.wait(_LOOK_S)
