"""The site's legal frame: site.yaml, the town's own profile and the recorded acts → the gate."""

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import structlog
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from parvis.policy.gate import Gate
from parvis.policy.instrument import Instrument
from parvis.policy.law import Law, law_of, law_of_frame
from parvis.policy.premises import Premises
from parvis.policy.reading import LawError, LawProblem, read_frame
from parvis.policy.space import Mode, Space
from parvis.site.loading import LoadedSite
from parvis.site.place import split_member
from parvis.site.problems import Remark
from parvis.site.sections import PolicyChoice
from parvis.site.shapes import Site
from parvis.store import Store
from parvis.store.instruments import RecordedAct
from parvis.values.series import PLACE

log = structlog.get_logger(__name__)

_MOST_BYTES = 1024 * 1024

_FALLBACK = "statistics"
"""What holds where the profile that site.yaml names cannot be read: the strictest there is."""


def law_in(choice: PolicyChoice, folder: Path) -> Law:
    """The law that site.yaml chose.

    Args:
        choice: its section ``policy``.
        folder: where relative paths start from.

    Raises:
        LawError: with every problem of the profile.
    """
    mode = Mode(choice.mode) if choice.mode is not None else None
    if choice.file is None:
        return law_of(choice.profile, mode)
    return law_of_frame(read_frame(_plain(folder / Path(choice.file).expanduser())), mode)


def _plain(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        remedy = "create the file, or name a profile that comes with Parvis"
        raise LawError([LawProblem("", f"it cannot be read: {reason}", remedy)]) from None
    if len(raw) > _MOST_BYTES:
        raise LawError([LawProblem("", "it is larger than 1 MiB", "keep one profile in a file")])
    try:
        return YAML(typ="safe", pure=True).load(raw.decode("utf-8"))
    except (YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        remedy = "correct the file: YAML, UTF-8"
        raise LawError([LawProblem("", f"it is no YAML{where}", remedy)]) from None


def premises_of(site: Site) -> Premises:
    """What the gate knows of a site's cameras and places."""
    return Premises(
        {name: Space(camera.space) for name, camera in site.cameras.items()},
        {
            f"{PLACE}{name}": frozenset(
                split_member(member)[0] for member in (*place.zones, *place.lines)
            )
            for name, place in site.places.items()
        },
        site.recorded,
    )


def act_of(one: RecordedAct) -> Instrument:
    """A stored act as the gate knows it."""
    return Instrument(
        one.number,
        one.version,
        one.authority,
        one.reference,
        frozenset(one.events),
        frozenset(one.purposes),
        one.perimeter,
        frozenset(one.cameras),
        one.starts_s,
        one.ends_s,
        one.attestation,
    )


class ActBook:
    """The present versions of the recorded acts, held in memory: the gate asks at every way out.

    Args:
        store: where they rest.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: tuple[RecordedAct, ...] = ()
        self._acts: tuple[Instrument, ...] = ()

    def refresh(self) -> None:
        """Read them anew; blocking.

        Raises:
            StoreUnavailableError: those known go on, until their ends.
        """
        held = tuple(self._store.instruments.present())
        if held != self._held:
            self._acts = tuple(act_of(one) for one in held)
            self._held = held

    def acts(self) -> tuple[Instrument, ...]:
        """As the gate knows them; the same object until one changes."""
        return self._acts

    def note_ends(self, now_s: float) -> int:
        """Log the acts that are over, once each; return how many were not logged yet.

        Raises:
            StoreUnavailableError: they are logged at the next look.
        """
        over = [one for one in self._held if one.ends_s <= now_s]
        fresh = self._store.instruments.note_ends(over, now_s)
        for one in fresh:
            log.warning("an act is over: what it opened has stopped", act=one.number)
        return len(fresh)


class Gates:
    """The gate of the moment: another one once site.yaml, its profile or an act has changed, or an
    act begins or ends.

    A profile that cannot be read is told in the log and by ``parvis check``; until it can be, the
    site runs under ``statistics``.

    Args:
        site: returns the site in force.
        clock: seconds since the epoch.
        acts: returns the acts recorded.
    """

    def __init__(
        self,
        site: Callable[[], LoadedSite],
        clock: Callable[[], float],
        acts: Callable[[], Sequence[Instrument]] = tuple,
    ) -> None:
        self._site = site
        self._clock = clock
        self._acts = acts
        self._lock = threading.Lock()
        self._law_key: tuple[object, ...] = ()
        self._law = law_of(_FALLBACK)
        self._made: tuple[Law, Site, tuple[Instrument, ...]] | None = None
        self._gate = Gate(self._law)
        self.problems: tuple[LawProblem, ...] = ()
        """What is wrong with the profile in force, for people."""

    def __call__(self) -> Gate:
        """The gate."""
        loaded, now_s = self._site(), self._clock()
        acts = tuple(act for act in self._acts() if act.in_force(now_s))
        with self._lock:
            law = self._law_now(loaded)
            made = self._made
            if made is None or made[0] is not law or made[1] is not loaded.site or made[2] != acts:
                self._gate = Gate(law, premises_of(loaded.site), acts)
                self._made = (law, loaded.site, acts)
            return self._gate

    def _law_now(self, loaded: LoadedSite) -> Law:
        choice = loaded.site.policy
        key = (choice, loaded.folder, _signature(choice, loaded.folder))
        if key != self._law_key:
            self._law_key = key
            try:
                self._law = law_in(choice, loaded.folder)
                self.problems = ()
            except LawError as error:
                self._law = law_of(_FALLBACK)
                self.problems = tuple(error.problems)
                log.error(
                    "the profile cannot be used: statistics holds instead",
                    profile=choice.profile,
                    problems=[str(one) for one in error.problems],
                )
        return self._law


def _signature(choice: PolicyChoice, folder: Path) -> tuple[int, ...]:
    if choice.file is None:
        return ()
    try:
        stat = (folder / Path(choice.file).expanduser()).stat()
    except OSError:
        return ()
    return (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)


def law_remarks(folder: Path) -> Callable[[Site], Iterable[Remark]]:
    """For ``parvis check``: what is wrong with the profile that a site names.

    Args:
        folder: of site.yaml.
    """

    def judge(site: Site) -> Iterable[Remark]:
        try:
            law = law_in(site.policy, folder)
        except LawError as error:
            for one in error.problems:
                file = site.policy.file
                of_choice = file is None or one.key in ("mode", "profile")
                where = one.key if of_choice and one.key else "profile"
                said = one.message if of_choice else f"{file}: {one.key}: {one.message}"
                yield Remark(("policy", where), said, one.remedy)
            return
        for name, camera in site.cameras.items():
            if law.at(Space(camera.space)) is None:
                yield Remark(
                    ("cameras", name, "space"),
                    f"the profile {law.name} is not for cameras of space {camera.space}",
                    "name another profile, or the space that the camera looks at",
                )

    return judge


__all__ = ["ActBook", "Gates", "act_of", "law_in", "law_remarks", "premises_of"]
