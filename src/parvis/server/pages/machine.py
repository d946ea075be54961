"""The lower half of *Santé du système*: the machine itself, line by line, and what doctor found."""

from dataclasses import dataclass

from parvis.server.i18n import Words
from parvis.server.machine import Check, Checkup, ClockHealth, Finding, JobRun, MachineState
from parvis.server.problems import T

LOW_BYTES = 2_000_000_000
"""Under this much free space something must be done; as ``parvis doctor`` has it."""
WAIT_S = 180.0
"""Minutes are sent as they close: what waits longer than this does not get through."""
JOBS = {
    "recover": T("Taking over minutes that a worker left"),
    "retention": T("Deleting what is past its time"),
}
FINDINGS = {Finding.GOOD: T("well"), Finding.WARNING: T("to look at"), Finding.BAD: T("failing")}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about the machine.

    Args:
        label: what it is about.
        said: how it is.
        more: what stands beside it, smaller; may be empty.
        well: it calls for nobody.
        command: to be typed on the machine when it does; may be empty.
    """

    label: str
    said: str
    more: str = ""
    well: bool = True
    command: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One check of doctor, in the reader's language."""

    what: str
    word: str
    well: bool
    said: str
    remedy: str
    command: str


def facts(state: MachineState, words: Words, now_s: float) -> list[Fact]:
    """The machine's lines, failing ones first."""
    found = [
        *_disk(state, words),
        _queue(state, words, now_s),
        _recorded(state, words, now_s),
        _clock(state.clock, words, now_s),
        *(_job(job, words, now_s) for job in state.jobs if job.name in JOBS),
    ]
    return sorted(found, key=lambda fact: fact.well)


def checks(checkup: Checkup | None, words: Words) -> list[Found]:
    """What doctor found, failing ones first."""
    found = [_found(check, words) for check in checkup.checks] if checkup else []
    return sorted(found, key=lambda one: one.well)


def size(bytes_n: float, words: Words) -> str:
    """``1,2 Go`` in French, ``1.2 GB`` in English."""
    for power, unit in ((1e9, words._("GB")), (1e6, words._("MB"))):
        if bytes_n >= power:
            value = bytes_n / power
            return f"{words.number(value, 0 if value >= 100 else 1)}\u00a0{unit}"
    return f"{words.number(bytes_n / 1e3)}\u00a0{words._('kB')}"


def _disk(state: MachineState, words: Words) -> list[Fact]:
    _, disk = words._, state.disk
    if disk is None:
        return []
    return [
        Fact(
            _("Disk"),
            _(
                "{free} free of {total}",
                free=size(disk.free_bytes, words),
                total=size(disk.total_bytes, words),
            ),
            _("Data: {held} in {folder}", held=size(disk.data_bytes, words), folder=disk.folder),
            disk.free_bytes >= LOW_BYTES,
            f"du -sh {disk.folder}/*",
        )
    ]


def _queue(state: MachineState, words: Words, now_s: float) -> Fact:
    _, queue = words._, state.queue
    stuck = queue.since_s is not None and now_s - queue.since_s > WAIT_S
    if queue.since_s is None or not queue.minutes:
        said = _("no minute waits")
    else:
        said = words.ngettext(
            "{n} minute waits since {time}",
            "{n} minutes wait since {time}",
            queue.minutes,
            time=words.since(queue.since_s, now_s),
        )
    refused = words.ngettext(
        "{n} minute that cannot be recorded lies in unrecorded.jsonl.",
        "{n} minutes that cannot be recorded lie in unrecorded.jsonl.",
        queue.refused,
    )
    return Fact(
        _("Queue to the database"),
        said,
        refused if queue.refused else "",
        not stuck and not queue.refused,
        "journalctl -u parvis --grep minute",
    )


def _recorded(state: MachineState, words: Words, now_s: float) -> Fact:
    _, at_s = words._, state.recorded_s
    if at_s is None:
        return Fact(_("Last minute recorded"), _("none yet"))
    sums = _("Quarters, hours and days are summed as minutes are recorded.")
    return Fact(_("Last minute recorded"), words.since(at_s, now_s), sums)


def _clock(clock: ClockHealth, words: Words, now_s: float) -> Fact:
    _ = words._
    match clock.synchronised:
        case None:
            said = _("the system does not tell whether it follows a time source")
        case False:
            said = _("it follows no time source")
        case True:
            said = _("follows a time source, right to {ms} ms", ms=_error_ms(clock, words))
    more = _("No jump since Parvis started.")
    if clock.step_s is not None and clock.step_at_s is not None:
        more = words.ngettext(
            "{n} jump since Parvis started, the last of {s} s at {time}.",
            "{n} jumps since Parvis started, the last of {s} s at {time}.",
            clock.steps,
            s=words.number(clock.step_s, 1),
            time=words.since(clock.step_at_s, now_s),
        )
    recent = clock.step_at_s is not None and now_s - clock.step_at_s < 86400
    well = clock.synchronised is not False and not recent
    return Fact(_("Clock"), said, more, well, "timedatectl set-ntp true")


def _error_ms(clock: ClockHealth, words: Words) -> str:
    return words.number(max(1.0, 1000 * (clock.error_s or 0.0)))


def _job(job: JobRun, words: Words, now_s: float) -> Fact:
    _ = words._
    label, every = words._(JOBS[job.name].text), words.duration(job.period_s)
    more = _("Rhythm: {time}", time=every)
    if job.ran_s is None:
        return Fact(label, _("not yet"), more)
    time = words.since(job.ran_s, now_s)
    if job.failed:
        return Fact(
            label,
            _("failed at {time}", time=time),
            more,
            well=False,
            command="journalctl -u parvis --grep job",
        )
    done = {
        "recover": lambda: words.ngettext("{n} minute", "{n} minutes", job.count),
        "retention": lambda: words.ngettext("{n} row deleted", "{n} rows deleted", job.count),
    }[job.name]()
    return Fact(label, _("{time}: {done}", time=time, done=done), more)


def _found(check: Check, words: Words) -> Found:
    return Found(
        _said(check.what, words),
        words._(FINDINGS[check.finding].text),
        check.finding is Finding.GOOD,
        _said(check.said, words),
        _said(check.remedy, words) if check.remedy else "",
        check.command,
    )


def _said(message: T, words: Words) -> str:
    """The sentence with its numbers as the reader writes them, and a capital."""
    fields = {
        name: words.number(value, int(isinstance(value, float)))
        if isinstance(value, (int, float))
        else value
        for name, value in message.fields
    }
    # A text without fields is shown as it stands: it may hold braces of its own.
    text = words._(message.text, **fields)
    return text[:1].upper() + text[1:]
