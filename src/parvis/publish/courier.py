"""One channel's round: what is due is decided, written, carried and marked."""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from parvis.publish.carriers.carrying import Carrier, CarryError
from parvis.publish.deciding import Answer, Desk, Drop, Forget, Go, Wait
from parvis.publish.letter import Letter, Writer
from parvis.store.notices import AT_ONCE, Notices
from parvis.values.alerts import Alert
from parvis.values.notices import DueNotice
from parvis.values.saying import T

log = structlog.get_logger(__name__)

FIRST_DELAY_S = 5.0
LONGEST_DELAY_S = 300.0
MINUTE_S = 60.0
_LISTED = 20


@dataclass(slots=True)
class Pace:
    """When a channel that failed is tried again: 5 s, doubling to 5 min, spread by chance.

    Args:
        chance: of the spread.
        failures: in a row.
        retry_s: not before, seconds since the epoch.
    """

    chance: random.Random
    failures: int = 0
    retry_s: float = 0.0

    def failed(self, now_s: float) -> float:
        """One more failure; when to try again."""
        self.failures += 1
        longest_s = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(self.failures - 1, 20))
        self.retry_s = now_s + self.chance.uniform(longest_s / 2, longest_s)
        return self.retry_s

    def succeeded(self) -> None:
        """The receiver takes messages."""
        self.failures = 0
        self.retry_s = 0.0


@dataclass(slots=True)
class _Digest:
    """Many messages as one, read piece by piece."""

    id: str
    count: int = 0
    alerts: list[Alert] = field(default_factory=list)
    notice: str | None = None


@dataclass(slots=True)
class Courier:
    """Carries the messages of one channel; one thread at a time.

    Args:
        name: of the channel.
        notices: the outbox.
        clock: seconds since the epoch.
        pace: when to try again.
    """

    name: str
    notices: Notices
    clock: Callable[[], float]
    pace: Pace

    def round(self, desk: Desk, writer: Writer, carrier: Callable[[], Carrier]) -> int:
        """Carry what is due, as far as the channel's fill of a minute goes; how many messages.

        Raises:
            StoreUnavailableError: what went but could not be marked goes again.
        """
        now_s = self.clock()
        if now_s < self.pace.retry_s:
            return 0
        room = desk.site.notify[self.name].per_minute
        room -= self.notices.sent_since(self.name, now_s - MINUTE_S)
        if room <= 0:
            return 0
        letters = self._letters(desk, writer, room, now_s)
        if letters:
            self._carry(letters, carrier)
        return len(letters)

    def _letters(self, desk: Desk, writer: Writer, room: int, now_s: float) -> list[Letter]:
        ready = self._ready(desk, room, now_s)
        digest = self.notices.open_digest(self.name, now_s)
        if digest is None and len(ready) > room:
            digest = _digest_id(self.name, ready[-1][0].notice.id, now_s)
        if digest is not None:
            ready = ready[: room - 1]
            if digest != self.notices.open_digest(self.name, now_s):
                own = [due.notice.id for due, _ in ready]
                self.notices.bind_rest(self.name, digest, own, now_s)
        letters = [writer.about(due, go.notice, now_s) for due, go in ready]
        if digest is not None:
            many = self._digest(desk, digest, now_s)
            if many.count:
                letters.append(writer.digest(many.id, many.count, many.alerts, many.notice, now_s))
        return letters

    def _ready(self, desk: Desk, room: int, now_s: float) -> list[tuple[DueNotice, Go]]:
        """Messages that go now, one more than there is room for at least where there are more."""
        while True:
            page = self.notices.due(self.name, now_s)
            answers = [(due, desk.decide(due, now_s)) for due in page]
            settled = self._settle(answers, now_s)
            ready = [(due, answer) for due, answer in answers if isinstance(answer, Go)]
            if not settled or len(page) < AT_ONCE or len(ready) > room:
                return ready

    def _digest(self, desk: Desk, digest: str, now_s: float) -> _Digest:
        """Decide on each message of the many; what goes is counted, the gravest is kept."""
        many = _Digest(digest)
        start, refused = 0, []
        while page := self.notices.due(self.name, now_s, digest, start):
            start += len(page)
            for due in page:
                answer = desk.decide(due, now_s)
                if not isinstance(answer, Go):
                    refused.append((due, answer))
                    continue
                many.count += 1
                many.notice = answer.notice or many.notice
                listed = {one.id for one in many.alerts}
                if due.alert is not None and len(listed) < _LISTED and due.alert.id not in listed:
                    many.alerts.append(due.alert)
        for i in range(0, len(refused), AT_ONCE):
            self._settle(refused[i : i + AT_ONCE], now_s)
        return many

    def _settle(self, answers: Sequence[tuple[DueNotice, Answer]], now_s: float) -> int:
        """Write what was decided of those that do not go; how many."""
        dropped, waiting, forgotten = {}, {}, []
        for due, answer in answers:
            match answer:
                case Drop():
                    dropped[due.notice.id] = answer.why
                    if answer.lost:
                        log.error(
                            "notification dropped",
                            channel=self.name,
                            id=due.notice.id,
                            attempts=due.attempts,
                            reason=answer.why,
                        )
                case Wait():
                    waiting[due.notice.id] = answer.until_s
                case Forget():
                    forgotten.append(due.notice.id)
        count = len(dropped) + len(waiting) + len(forgotten)
        if count:
            self.notices.settle(dropped=dropped, waiting=waiting, forgotten=forgotten, now_s=now_s)
        return count

    def _carry(self, letters: Sequence[Letter], carrier: Callable[[], Carrier]) -> None:
        gone: set[str] = set()

        def told(letter: Letter, refusal: T | None) -> None:
            gone.add(letter.id)
            if refusal is None:
                self.notices.sent(self.name, letter.id, self.clock())
                self.pace.succeeded()
            else:
                self._failed([letter.id], refusal)

        try:
            carrier().carry(letters, told)
        except CarryError as error:
            left = [letter.id for letter in letters if letter.id not in gone]
            self._failed(left, error.message)

    def _failed(self, ids: Sequence[str], why: T) -> None:
        now_s = self.clock()
        due_s = self.pace.failed(now_s)
        self.notices.failed(self.name, ids, why, now_s=now_s, due_s=due_s)
        log.warning(
            "notifications not sent",
            channel=self.name,
            messages=len(ids),
            reason=str(why),
            again_in_s=round(due_s - now_s, 1),
        )


def _digest_id(channel: str, last: str, now_s: float) -> str:
    digits = hashlib.sha256(f"{channel} {last} {now_s!r}".encode()).hexdigest()[:16]
    return f"digest-{digits}/{channel}"
