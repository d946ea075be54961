"""The hub: the one process of a site that writes the store and answers people.

Wiring of the process: workers' socket → recorder → store; live states → board; store, board, gate
and desk → HTTP server.
"""

import argparse
import asyncio
import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
import uvicorn

import parvis
from parvis.alerts.from_site import refused_rules_of, sound_rules_of
from parvis.alerts.rule import Rule
from parvis.fleet import check_orders, rule_orders, stopped_measures
from parvis.fleet.alert_book import AlertBook
from parvis.fleet.alert_keeper import AlertKeeper, Speakers
from parvis.fleet.control import OrderedStops
from parvis.fleet.desk import SubprocessDesk
from parvis.fleet.hub_rules import HubRules, Now
from parvis.fleet.hub_said import NAME, HubSaid
from parvis.fleet.hub_socket import HubSocket
from parvis.fleet.kernel_clock import ClockWatch
from parvis.fleet.layout import DataFolder
from parvis.fleet.link import Kind
from parvis.fleet.live_wire import decode_queue, decode_sketch, decode_state, decode_witnessed
from parvis.fleet.logs import set_up_logs
from parvis.fleet.machine import HubMachine, Queues
from parvis.fleet.memory import keep_to_itself
from parvis.fleet.parent import die_with_parent
from parvis.fleet.place_book import PlaceBook
from parvis.fleet.run_id import new_run
from parvis.fleet.site_changes import told
from parvis.fleet.unusual_signals import UnusualWatch
from parvis.fleet.watched_site import WatchedSite
from parvis.jobs.clockwork import Clockwork
from parvis.jobs.outages import OutageWatch
from parvis.jobs.retention import delete_what_is_due
from parvis.publish.notifier import Notifier
from parvis.server.app import create_app
from parvis.server.check_results import settle_due
from parvis.server.i18n import Words
from parvis.server.law import ActBook, Gates
from parvis.server.line_errors import LineErrorBook
from parvis.server.live import LiveBoard
from parvis.server.services import HubServices
from parvis.server.serving import http_config
from parvis.server.sign_in import first_link
from parvis.server.witnesses import WitnessBoard
from parvis.site.public_holidays import is_public_holiday
from parvis.site.sections import ServerSettings
from parvis.store import Store, StoreUnavailableError, alert_wire
from parvis.store.alert_wire import Said, SaidKey
from parvis.store.audit_seal import Seal
from parvis.store.recorder import Recorder
from parvis.store.spool import Spool, SpoolError
from parvis.store.table import MeasureTable
from parvis.store.wire import decode_batch, encode_keys
from parvis.values.civil import Bin
from parvis.values.live import LiveState
from parvis.values.measure import Measure
from parvis.values.minute import ClosedMinute
from parvis.values.place_now import PlaceNow
from parvis.values.series import Series
from parvis.values.stops import Measured
from parvis.vision.models import catalogue
from parvis.vision.models.places import usual

log = structlog.get_logger(__name__)

_WATCH_S = 0.5
_RECOVER_EVERY_S = 30.0
_OUTAGES_S = 1.0
_CHECKS_S = 0.5
_RULES_S = 0.5
_ALERTS_S = 1.0
_LEARN_S = 1.0
_ACTS_S = 0.5
_PLACES_S = 0.5
"""Twice a second, so that none is left out; only the first look of a second counts."""
_HOUR_S = 3600.0


class Hub:
    """Everything of the hub but the HTTP server's loop.

    Args:
        path: site.yaml.
        kept: a copy of its last valid version, to begin with.
    """

    def __init__(self, path: Path, kept: Path | None = None) -> None:
        self.board = LiveBoard(time.time)
        self.witnesses = WitnessBoard(time.time())
        self.site = WatchedSite(path, kept, self.board.forget)
        loaded = self.site.loaded()
        self.folder = DataFolder(loaded.data_folder)
        self.folder.root.mkdir(parents=True, exist_ok=True)
        zone = ZoneInfo(loaded.site.site.timezone)
        self.store = Store(loaded.database(os.environ) or self.folder.database_url, zone)
        self.seal = Seal(self.folder.audit)
        self.acts = ActBook(self.store)
        self._gate = Gates(self.site.loaded, time.time, self.acts.acts)
        self._recorder = Recorder(self.store, self.folder.unrecorded, self._kept)
        self._recording = threading.Lock()
        self.outages = OutageWatch(self.store, time.time())
        self._line_errors = LineErrorBook(self.store)
        self._queues = Queues()
        self._places = PlaceBook(new_run(time.time()))
        self._placing = threading.Lock()
        self._wall = ClockWatch()
        self._work = Clockwork(time.monotonic, time.time)
        self._control = OrderedStops(self.folder, lambda: self.site.loaded().site, self._tell_rules)
        self._book = AlertBook(self.store.alerts, self._rules, self._may_raise)
        self._keeper = AlertKeeper(self.store.alerts)
        self._unusual = UnusualWatch(zone, self.store.series, self._hours, self._is_holiday)
        self._aside = Clockwork(time.monotonic, time.time)
        self._own_rules = HubRules(
            new_run(time.time()),
            zone,
            lambda rule: self._may_raise(rule, None),
            self._quarter,
            self._unusual,
        )
        self._spool = Spool(self.folder.spool(NAME))
        self._own_said = HubSaid(self._spool, self._take)
        self._rules_refused: set[str] = set()
        self.notifier = Notifier(
            self.store,
            self.site.loaded,
            self._gate,
            self._rules,
            Words,
            time.time,
            stopped=lambda channel: self._control.in_force().channel(channel),
        )
        self.store.alerts.heard_by(self.notifier.heard)
        self._socket = HubSocket(self.folder.socket, self._record, self._hear, self._show)

    def services(self) -> HubServices:
        """What the HTTP server stands on."""
        return HubServices(
            store=self.store,
            site=self.site,
            gate=self._gate,
            board=self.board,
            desk=SubprocessDesk(self.site.loaded),
            control=self._control,
            clock=time.time,
            witnesses=self.witnesses,
            places_now=self._places_now,
            metrics_token=os.environ.get("PARVIS_METRICS_TOKEN"),
            machine=HubMachine(
                site=self.site.loaded().path,
                folder=self.folder,
                store=self.store,
                clock=self._wall,
                queues=self._queues,
                jobs=lambda: self._work,
            ),
            channels=self.notifier.states,
            acts_changed=self.acts.refresh,
            young=self._unusual.young,
            seal=self.seal,
            models=(*catalogue.packaged(), *catalogue.brought(usual())),
        )

    def clockwork(self) -> Clockwork:
        """What the hub does by the clock."""
        self._work.every(_WATCH_S, self.look_at_the_file)
        self._work.every(_WATCH_S, lambda: self._wall.look(time.time(), time.monotonic()))
        self._work.every(_RECOVER_EVERY_S, self.recover, "recover")
        self._work.every(_ACTS_S, self.look_at_acts)
        self._work.every(_OUTAGES_S, self._note_outages)
        self._work.every(_PLACES_S, self._look_at_places)
        self._work.every(_CHECKS_S, self._look_at_checks)
        self._work.every(_RULES_S, self._tell_rules)
        self._work.every(_ALERTS_S, self._follow_own_rules)
        self._work.every(_ALERTS_S, self._look_after_alerts)
        self._work.every(_HOUR_S, self._delete_what_is_due, "retention")
        self._work.every(_HOUR_S, self.vouch, "checkpoint")
        return self._work

    def learning(self) -> Clockwork:
        """What takes long, and must not keep the rest waiting."""
        self._aside.every(_LEARN_S, self._unusual.learn_next)
        return self._aside

    def look_at_the_file(self) -> None:
        """Take over a changed site.yaml; a change by hand is written to the audit trail."""
        self.site.poll()
        # One that could not be written is tried again at the next look.
        while self.site.by_hand:
            change = self.site.by_hand[0]
            self.store.audit.record(
                at_s=time.time(),
                who="system",
                action="site.reload",
                target=change.after.site.site.name,
                detail=told(change),
            )
            self.site.by_hand.popleft()

    def recover(self) -> int:
        """Record what lies in spools nobody holds: a dead worker's, or the demo's replayed past."""
        with self._recording:
            count = self._recorder.recover(self.folder.spools, self._take)
        if count:
            log.info("minutes left in spools recorded", minutes=count)
        return count

    def recover_at_start(self) -> None:
        """As :meth:`recover`; a failure is logged and tried again by the clock."""
        try:
            self.recover()
        except Exception:
            log.exception("recovery failed")

    def close(self) -> None:
        """Write what is open, and let go of the socket and the store."""
        with suppress(StoreUnavailableError):
            self.look_at_the_file()  # a change by hand that was seen a moment ago
        try:
            with self._placing:
                self._write_places(self._places.close())
        except (StoreUnavailableError, SpoolError) as error:
            log.error("the running minutes of places are not recorded yet", reason=str(error))
        self._socket.close()
        self.notifier.end()
        self._spool.close()
        self.store.close()

    def note(self, action: str) -> None:
        """Write a start or a stop of the system to the audit trail."""
        loaded = self.site.loaded()
        self.store.audit.record(
            at_s=time.time(),
            who="system",
            action=action,
            target=loaded.site.site.name,
            detail={"configuration_hash": loaded.hash, "parvis": parvis.__version__},
        )

    def vouch(self) -> int:
        """Sign how far the audit trail goes, where it went on since the last time."""
        name = self.site.loaded().site.site.name
        return int(self.store.audit.checkpoint(self.seal, time.time(), name) is not None)

    def vouch_now(self) -> None:
        """As :meth:`vouch`; a failure is logged and tried again by the clock."""
        try:
            self.vouch()
        except Exception:
            log.exception("the audit trail could not be signed")

    def look_at_acts(self) -> int:
        """Know of the recorded acts, and log those that are over: what they opened has stopped."""
        self.acts.refresh()
        return self.acts.note_ends(time.time())

    def _delete_what_is_due(self) -> int:
        loaded = self.site.loaded()
        deleted = delete_what_is_due(
            self.store, loaded.site.store, time.time(), self.seal, loaded.hash
        )
        return sum(one.count for one in deleted)

    def _with_lost_minutes(self, state: LiveState) -> LiveState:
        """Its worker tells of the minutes that it could not keep; here are those not recorded."""
        lost = state.analysis.lost_minutes + self._recorder.lost(state.camera)
        return replace(state, analysis=replace(state.analysis, lost_minutes=lost))

    def _look_at_checks(self) -> None:
        """Settle checks that are over; tell workers which go on, and what others have shown."""
        now_s = time.time()
        loaded = self.site.loaded()
        models = {name: seen.state.analysis.model for name, seen in self.board.latest().items()}
        open_checks = settle_due(self.store, self.witnesses, now_s)
        self.witnesses.keep({check.id for check in open_checks})
        content = check_orders.told(open_checks, loaded.site, self._line_errors.of(loaded, models))
        check_orders.write(self.folder.checks, content)

    def _rules(self) -> dict[str, Rule]:
        """The rules in force, by name."""
        return {rule.name: rule for rule in sound_rules_of(self.site.loaded().site.rules)}

    def _followed(self) -> list[Rule]:
        """The rules in force that nobody has stopped."""
        stops = self._control.in_force()
        return [one for one in self._rules().values() if not stops.rule(one.kind, one.purposes)]

    def _kept(self, minutes: Sequence[ClosedMinute]) -> list[ClosedMinute]:
        return stopped_measures.kept(minutes, self._control.in_force())

    def _places_now(self) -> Mapping[str, PlaceNow]:
        stopped = Measured.PRESENCE in self._control.in_force().measures()
        return {} if stopped else self._places.now()

    def _may_raise(self, rule: Rule, camera: str | None) -> bool:
        permit = self._gate().permit(rule.basis, rule.kind, rule.purposes, camera)
        stopped = self._control.in_force().rule(rule.kind, rule.purposes)
        return permit.raises and not stopped

    def _tell_rules(self) -> None:
        """Tell the workers which rules they follow, and which of them may only count."""
        site = self.site.loaded().site
        check_orders.write(
            self.folder.rules, rule_orders.told(site, self._gate(), self._control.in_force())
        )
        refused = {str(one) for one in refused_rules_of(site.rules)}
        for one in sorted(refused - self._rules_refused):
            log.error("a rule is not followed", reason=one)
        self._rules_refused = refused

    def _take(self, said: Sequence[Said]) -> list[SaidKey]:
        return self._book.take(said, time.time())

    def _hear(self, payload: bytes) -> bytes:
        return alert_wire.encode_keys(self._take(alert_wire.decode_batch(payload)))

    def _heard(self) -> dict[str, tuple[LiveState, float]]:
        return {name: (seen.state, seen.received_s) for name, seen in self.board.latest().items()}

    def _follow_own_rules(self) -> int:
        """Follow the rules on cameras' health, places and thresholds."""
        site = self.site.loaded().site
        now = Now(time.time(), self._heard(), self._places.now(), self._control.is_stopped)
        fresh = self._own_rules.look(now, site, self._followed())
        self._own_said.say(fresh)
        return len(fresh)

    def _look_after_alerts(self) -> int:
        site = self.site.loaded().site
        speakers = Speakers(
            {name for name, camera in site.cameras.items() if camera.enabled},
            {name: place.cameras for name, place in site.places.items()},
            self._heard(),
            frozenset(self._own_rules.watches),
            self._rules(),
            self._gate().permit_for,
        )
        return self._keeper.look(time.time(), speakers)

    def _quarter(self, start_s: float, end_s: float) -> Iterable[Measure]:
        return self.store.measures(self.store.series(), start_s, end_s, Bin.QUARTER)

    def _hours(self, series: Sequence[Series], start_s: float, end_s: float) -> MeasureTable:
        return self.store.measures_table(series, start_s, end_s, Bin.HOUR)

    def _is_holiday(self, day: date) -> bool:
        return is_public_holiday(self.site.loaded().site.site.holidays, day)

    def _note_outages(self) -> None:
        cameras = self.site.loaded().site.cameras
        enabled = [name for name, camera in cameras.items() if camera.enabled]
        self.outages.tick(enabled, time.time())

    def _look_at_places(self) -> None:
        heard = self._heard()
        places = self.site.loaded().site.places
        with self._placing:
            self._write_places(self._places.tick(time.time(), places, heard))

    def _write_places(self, fresh: list[ClosedMinute]) -> None:
        """Keep them on disk, then record what waits there; what cannot be is tried again."""
        if fresh:
            self._spool.extend(fresh)
        while waiting := self._spool.pending():
            with self._recording:
                self._spool.acknowledge(self._recorder.take(waiting))

    def _record(self, payload: bytes) -> bytes:
        with self._recording:
            return encode_keys(self._recorder.take(decode_batch(payload)))

    def _show(self, kind: Kind, payload: bytes) -> None:
        if kind is Kind.LIVE:
            heard = self._with_lost_minutes(decode_state(payload))
            state = stopped_measures.shown(heard, self._control.in_force())
            self.board.put(state)
            self.outages.note(state, time.time())
        elif kind is Kind.SKETCH:
            self.board.put_sketch(decode_sketch(payload))
        elif kind is Kind.WITNESS:
            self.witnesses.put(decode_witnessed(payload))
        elif kind is Kind.QUEUE:
            self._queues.tell(*decode_queue(payload), time.time())


def listen(bind: str, port: int) -> socket.socket:
    """Bind the HTTP server's socket; port 0 takes a free one.

    Raises:
        OSError: the address is taken or not of this machine.
    """
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((bind, port))
    return sock


def cannot_listen(site: Path, server: ServerSettings, error: OSError) -> str:
    """Why there are no pages, which key says so, and what to do."""
    if error.errno == errno.EADDRINUSE:
        key, remedy = "port", "end the program that holds the port, or give another server.port"
    elif error.errno == errno.EACCES:
        key, remedy = "port", "give a server.port of 1024 or more"
    else:
        key, remedy = "bind", "give a server.bind that is an address of this machine"
    return (
        f"parvis: cannot listen on {server.bind}:{server.port}: {error.strerror}. "
        f"That is server.{key} of {site}: {remedy}."
    )


class _Server(uvicorn.Server):
    """A server that leaves signals to the process that wires it, and live streams end with it.

    Args:
        config: its settings.
        board: what its live streams follow.
    """

    def __init__(self, config: uvicorn.Config, board: LiveBoard) -> None:
        super().__init__(config)
        self._board = board

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._board.close()
        await super().shutdown(sockets)


def _end_with_input(http: uvicorn.Server) -> None:
    while os.read(0, 1024):
        pass
    http.should_exit = True


def announce(hub: Hub, port: int) -> None:
    """Print where to look, and on the first start how to become the administrator."""
    server = hub.site.loaded().site.server
    base = server.public_url or f"http://{server.bind}:{port}"
    sys.stdout.write(f"Parvis: {base}\n")
    link = first_link(hub.store, base, time.time())
    if link is not None:
        sys.stdout.write(f"First start. Become the administrator, once, here: {link}\n")
    sys.stdout.flush()


def main() -> None:
    """Run until the parent says so, or is gone."""
    parser = argparse.ArgumentParser(description="The hub, started by the supervisor.")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--kept", type=Path, help="the last valid version of site")
    parser.add_argument("site", type=Path)
    asked = parser.parse_args()
    die_with_parent(asked.parent)
    keep_to_itself()
    set_up_logs()
    # Signals may reach the whole group at once; the hub outlives the workers to take their last
    # minutes, and ends when the supervisor closes its input, or is gone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hub = Hub(asked.site, asked.kept)
    server = hub.site.loaded().site.server
    try:
        sock = listen(server.bind, server.port)
    except OSError as error:
        sys.exit(cannot_listen(asked.site, server, error))
    hub.outages.note_start()
    hub.note("system.start")
    hub.vouch_now()
    hub.recover_at_start()
    hub.acts.refresh()
    hub.clockwork().start()
    hub.learning().start()
    hub.notifier.start()
    announce(hub, sock.getsockname()[1])
    http = _Server(http_config(create_app(hub.services())), hub.board)
    threading.Thread(target=_end_with_input, args=(http,), daemon=True).start()
    asyncio.run(http.serve([sock]))
    hub.note("system.stop")
    hub.vouch_now()
    hub.close()


if __name__ == "__main__":
    main()
