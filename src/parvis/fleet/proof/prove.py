"""The proof: every route and channel, asked by every role under every law, over twins."""

import asyncio
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from fastapi.sse import EventSourceResponse

from parvis.fleet.proof import town
from parvis.fleet.proof.asgi import Answer, Question, ask
from parvis.fleet.proof.cases import Case, cases
from parvis.fleet.proof.letters import CHANNELS, letters
from parvis.fleet.proof.oracle import Withheld, withheld
from parvis.fleet.proof.questions import Route, UnclassifiedError, questions, routes
from parvis.fleet.proof.town import Ground
from parvis.fleet.proof.world import World, introduce, make_world
from parvis.policy.terms import Role


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that left and was withheld.

    Args:
        case: under which law.
        role: to whom; None: over a publisher's channel.
        way: the route or channel.
        asked: the question.
        what: the figures that told.
    """

    case: str
    role: Role | None
    way: str
    asked: str
    what: str

    def __str__(self) -> str:
        to = self.role.value if self.role is not None else "the channel"
        return f"{self.way} ({self.asked}) under {self.case!r} to {to}: {self.what}"


@dataclass
class Proof:
    """What was asked and what came of it.

    Args:
        ways: routes asked, by name; ``streams``, ``files`` and ``publishers`` among the channels.
        questions: how many.
        carrying: routes that let a value out once it may leave.
        unclassified: routes that nobody taught the proof to ask.
        leaks: what left.
    """

    ways: set[str] = field(default_factory=set)
    streams: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    publishers: set[str] = field(default_factory=set)
    questions: int = 0
    carrying: set[str] = field(default_factory=set)
    unclassified: list[str] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)

    @property
    def channels(self) -> int:
        """Streams, files, metrics and publishers."""
        return len(self.streams | self.files | self.publishers)

    @property
    def ungated(self) -> int:
        """Ways out that let something withheld leave, and routes that could not be asked."""
        return len({one.way for one in self.leaks}) + len(self.unclassified)

    def __str__(self) -> str:
        return f"routes {len(self.ways)}, channels {self.channels}, ungated {self.ungated}"


@dataclass(frozen=True, slots=True)
class _Twins:
    differs: Withheld
    one: World
    other: World

    def close(self) -> None:
        self.one.store.close()
        self.other.store.close()


def prove(
    wanted: Iterable[str] | None = None,
    roles: Iterable[Role] = tuple(Role),
    *,
    until_leak: bool = False,
    only: Callable[[str], bool] = lambda _: True,
    said: Callable[[str], None] = lambda _: None,
) -> Proof:
    """Ask everything.

    Args:
        wanted: names of cases; None: all.
        roles: who asks.
        until_leak: end at the first value that leaves.
        only: of which routes, by name.
        said: told how far it is.
    """
    proof = Proof()
    with tempfile.TemporaryDirectory() as folder:
        known = cases()
        chosen = [known[name] for name in (wanted or known)]
        asyncio.run(
            _prove(
                proof,
                Path(folder),
                chosen,
                tuple(roles),
                until_leak=until_leak,
                only=only,
                said=said,
            )
        )
    return proof


async def _prove(
    proof: Proof,
    folder: Path,
    chosen: list[Case],
    roles: tuple[Role, ...],
    *,
    until_leak: bool,
    only: Callable[[str], bool],
    said: Callable[[str], None],
) -> None:
    ground = town.lay_ground(folder, lambda: town.BEFORE_S)
    for n, case in enumerate(chosen):
        asking = _Asking(proof, folder / str(n), ground, case, until_leak=until_leak, only=only)
        try:
            for role in roles:
                said(f"{case.name}: {role.value}")
                await asking.as_role(role)
                if until_leak and proof.leaks:
                    return
            asking.publishers()
            if case.name == "statistics" and not until_leak:
                await asking.after_the_close(Role.ANALYST)
        finally:
            asking.close()
        if until_leak and proof.leaks:
            return


class _Asking:
    """One case: its twins, and what is asked of them."""

    def __init__(
        self,
        proof: Proof,
        folder: Path,
        ground: Ground,
        case: Case,
        *,
        until_leak: bool,
        only: Callable[[str], bool],
    ) -> None:
        self._proof = proof
        self._folder = folder
        self._ground = ground
        self._case = case
        self._until_leak = until_leak
        self._only = only
        self._twins: dict[Withheld, _Twins] = {}

    def close(self) -> None:
        """Give the stores back."""
        for twins in self._twins.values():
            twins.close()

    async def as_role(self, role: Role) -> None:
        """Put every question, as that role, a second before a quarter and an hour close."""
        differs = withheld(self._case.law, role, town.CAMERAS, self._case.acts)
        twins = self._twins_of(differs)
        for one in self._routes(twins.one):
            if one.at_the_door or not self._only(one.name):
                continue
            if one.for_everybody and role is not Role.PUBLIC:
                continue  # it does not know who asks: what it may tell is what strangers may have
            self._proof.ways.add(one.name)
            try:
                await self._ask_all(one, role, differs, twins)
            except UnclassifiedError as error:
                if str(error) not in self._proof.unclassified:
                    self._proof.unclassified.append(str(error))
            if self._until_leak and self._proof.leaks:
                return
        await self._set_up(role, twins)

    async def after_the_close(self, role: Role) -> None:
        """The same a second later: what has closed does leave, or the proof would show nothing."""
        differs = withheld(self._case.law, role, town.CAMERAS, self._case.acts)
        twins = self._twins_of(differs)
        twins.one.clock.now_s = twins.other.clock.now_s = town.CLOSE_S
        for one in self._routes(twins.one):
            if one.changes or one.at_the_door or not self._only(one.name):
                continue
            with suppress(UnclassifiedError):  # told before
                for question in questions(one, twins.one.known):
                    if await self._differ(role, twins, question):
                        self._proof.carrying.add(one.name)
                        break

    def publishers(self) -> None:
        """What every kind of channel would carry."""
        if not self._only("publishers"):
            return
        # A message is for those who handle alerts, and goes where no role is asked.
        differs = withheld(self._case.law, Role.OPERATOR, town.CAMERAS, self._case.acts)
        twins = self._open(differs, "letters")
        try:
            for channel in CHANNELS:
                self._proof.publishers.add(channel)
                told = letters(twins.one, channel), letters(twins.other, channel)
                if told[0] != told[1]:
                    what = _figures("\n".join(told[0]), "\n".join(told[1]), twins)
                    self._proof.leaks.append(
                        Leak(self._case.name, None, f"publisher {channel}", "a round", what)
                    )
        finally:
            twins.close()

    def _routes(self, world: World) -> list[Route]:
        return routes(world.app)

    async def _ask_all(self, one: Route, role: Role, differs: Withheld, twins: _Twins) -> None:
        streamed = one.route.response_class is EventSourceResponse
        for n, question in enumerate(questions(one, twins.one.known, varied=self._case.varied)):
            if streamed and n:
                return  # a stream says at once what its variants would
            answers = await self._answers(role, twins, question)
            self._proof.questions += 1
            if streamed:
                self._proof.streams.add(one.name)
            if answers[0].is_file or one.path == "/metrics":
                self._proof.files.add(f"{one.name} {answers[0].media_type}")
            what = ""
            if answers[0].is_file and differs.exports:
                what = "a file, and no export is open to this role"
            elif _said(answers[0]) != _said(answers[1]):
                what = _figures(_said(answers[0]), _said(answers[1]), twins)
            if what:
                self._leak(one.name, question, role, what)
                if self._until_leak:
                    return

    async def _set_up(self, role: Role, twins: _Twins) -> None:
        """A set-up session, for who may open one: its still, its moments, its end."""
        name = "GET /api/v1/setup-sessions/{session_id}/events"
        if not self._only(name):
            return
        opened = Question(
            "POST", "/api/v1/setup-sessions", (), {"camera": "quai", "reason": "preuve"}
        )
        answers = await self._answers(role, twins, opened)
        if answers[0].status != 201:
            return
        ids = [re.search(rb'"id":"([^"]+)"', one.body) for one in answers]
        for part in ("still", "events"):
            told = []
            for world, found in zip((twins.one, twins.other), ids, strict=True):
                path = f"/api/v1/setup-sessions/{found[1].decode() if found else ''}/{part}"
                told.append(
                    await ask(world.app, await introduce(world, role), Question("GET", path))
                )
            self._proof.streams.add(name)
            if _said(told[0]) != _said(told[1]):
                what = _figures(_said(told[0]), _said(told[1]), twins)
                self._leak(f"GET /api/v1/setup-sessions/{{session_id}}/{part}", opened, role, what)

    async def _answers(self, role: Role, twins: _Twins, question: Question) -> list[Answer]:
        return [
            await ask(world.app, await introduce(world, role), question)
            for world in (twins.one, twins.other)
        ]

    async def _differ(self, role: Role, twins: _Twins, question: Question) -> bool:
        one, other = await self._answers(role, twins, question)
        return _said(one) != _said(other)

    def _leak(self, way: str, question: Question, role: Role, what: str) -> None:
        self._proof.leaks.append(Leak(self._case.name, role, way, question.target, what))

    def _twins_of(self, differs: Withheld) -> _Twins:
        key = replace(differs, exports=False)
        if key not in self._twins:
            self._twins[key] = self._open(key, str(len(self._twins)))
        return self._twins[key]

    def _open(self, differs: Withheld, name: str) -> _Twins:
        made = [
            make_world(
                self._folder / f"{name}-{side}",
                self._ground,
                self._case.law,
                side,
                differs,
                acts=lambda: self._case.acts,
                policy=self._case.policy,
                host=self._case.host,
            )
            for side in (0, 1)
        ]
        return _Twins(differs, made[0], made[1])


_CHANCE = re.compile(
    r"[A-Za-z0-9_-]{40,}|[A-Z2-7]{26,}|\b[0-9a-f]{8}\b|took_s(?:\"|&#34;): ?[0-9.e-]+"
)
"""Tokens, keys and references, drawn by chance for every answer; and how long an order took."""


_WORDED = frozenset({"text/html", "application/json", "application/problem+json"})


def _said(answer: Answer) -> str:
    """What an answer says, without what chance put into it."""
    body = answer.body.decode("utf-8", "backslashreplace")
    if answer.media_type in _WORDED:
        body = _CHANCE.sub("*", body)
    disposition = answer.headers.get("content-disposition", "")
    return f"{answer.status} {answer.media_type} {disposition}\n{body}"


def _figures(one: str, other: str, twins: _Twins) -> str:
    """The figures in which two answers differ, with what they stand for, where that is known."""
    for mine, theirs in _apart(one, other):
        for text, marks in ((mine, twins.one.marks), (theirs, twins.other.marks)):
            for found in re.findall(r"\d{5}", text.replace("\u202f", "").replace(" ", "")):
                if int(found) in marks.meaning:
                    return f"{found}, {marks.meaning[int(found)]}"
    mine, theirs = next(_apart(one, other), ("", ""))
    return f"what rests on it: {mine[:120]!r} against {theirs[:120]!r}"


def _apart(one: str, other: str) -> Iterator[tuple[str, str]]:
    """The pieces in which two texts differ."""
    pieces = [re.split(r"(?<=[\n,{}>])", text) for text in (one, other)]
    for mine, theirs in zip(*pieces, strict=False):
        if mine != theirs:
            yield mine, theirs
    if len(pieces[0]) != len(pieces[1]):
        yield str(len(pieces[0])), str(len(pieces[1]))
