"""``parvis check``: everything that is wrong with a site.yaml, at once, each with its remedy."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from parvis.site import wording
from parvis.site.document import MAX_BYTES, read
from parvis.site.notify import unknown_told
from parvis.site.place import unknown_members
from parvis.site.placing import Placer
from parvis.site.problems import Problem, Remark, SiteError, errors
from parvis.site.rules import unknown_watched
from parvis.site.shapes import Site, live_sources
from parvis.site.surroundings import surroundings

_OF_THE_WHOLE = ("recorded_only", "place_member", "rule_member", "notify_member")
"""Errors of the file as a whole, told at their own lines below."""

Judge = Callable[[Site], Iterable[Remark]]
"""Looks at sound shapes with the knowledge of another room."""


def check(
    path: Path, env: Mapping[str, str] | None = None, judges: Sequence[Judge] = ()
) -> list[Problem]:
    """Everything wrong with the file, in the order of its lines: YAML, shapes, secrets, files.

    Args:
        path: the site.yaml.
        env: the environment that secrets come from; the process's own when None.
        judges: rooms above this one that have a word to say when the shapes are sound.
    """
    try:
        text = read_text(path)
    except SiteError as error:
        return error.problems
    site, problems = judge(path, text)
    environment = os.environ if env is None else env
    placer = Placer(path, read(text))
    if site is not None:
        problems += [placer.remark(remark) for judge_of in judges for remark in judge_of(site)]
    problems += surroundings(placer, site, environment)
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.key))


def read_text(path: Path) -> str:
    """The text of the file, its line ends as they are.

    Raises:
        SiteError: no such file, no right to read it, too large, or not UTF-8.
    """
    return decode(path, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of the file.

    Raises:
        SiteError: no such file, no right to read it, or too large.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _whole(path, "there is no such file", "create it, or give its path") from None
    except IsADirectoryError:
        raise _whole(path, "this is a folder", "give the path of the site.yaml in it") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _whole(path, f"it cannot be read: {reason}", "check its owner and mode") from None
    if len(raw) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024 // 1024} MiB"
        raise _whole(path, f"the file is larger than {limit}", "split the site in several")
    return raw


def decode(path: Path, raw: bytes) -> str:
    """The text of ``raw``.

    Raises:
        SiteError: it is not UTF-8; the problem names the line.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        problem = Problem(
            path, line, column, "", "this is not UTF-8 text", "save the file as UTF-8"
        )
        raise SiteError([problem]) from None


def _whole(path: Path, message: str, remedy: str) -> SiteError:
    return SiteError([Problem(path, 0, 0, "", message, remedy)])


def judge(path: Path, text: str) -> tuple[Site | None, list[Problem]]:
    """Build the site that ``text`` describes, without looking at anything beside the text.

    Returns:
        The site, or None when an error stands against it, and the problems found.
    """
    document = read(text)
    problems = [
        Problem(path, fault.line, fault.column, fault.key, fault.message, fault.remedy)
        for fault in document.faults
    ]
    if document.root is None:
        if not problems:
            problems = [_empty(path)]
        return None, problems
    plain = document.plain()
    if plain is None:
        return None, [*problems, _empty(path)]
    site, placer = None, Placer(path, document)
    try:
        site = Site.model_validate(plain)
    except ValidationError as error:
        problems += [
            placer.error(wording.location_of(details), *wording.said(details, plain))
            for details in error.errors(include_url=False, include_input=False)
            if details["type"] not in _OF_THE_WHOLE and not wording.is_echo(details, plain)
        ]
    problems += _demonstrated(placer, plain)
    problems += _measured(placer, plain)
    problems += _watched(placer, plain)
    problems += _told(placer, plain)
    return (None if errors(problems) else site), problems


def _empty(path: Path) -> Problem:
    return Problem(
        path, 0, 0, "", "the file is empty", "begin with  site: {name: ...}  and  cameras: {}"
    )


def _demonstrated(placer: Placer, plain: Any) -> Iterator[Problem]:
    """Real cameras under the profile of recorded clips, told even when other errors stand."""
    if not isinstance(plain, dict):
        return
    policy, cameras = plain.get("policy"), plain.get("cameras")
    profile = policy.get("profile") if isinstance(policy, dict) else None
    if not isinstance(cameras, dict):
        return
    written = {name: camera for name, camera in cameras.items() if isinstance(camera, dict)}
    for key, message, remedy in live_sources(profile, written):
        yield placer.error(("cameras", *key), message, remedy)


def _measured(placer: Placer, plain: Any) -> Iterator[Problem]:
    """Places that name what no camera has, told even when other errors stand."""
    if not isinstance(plain, dict):
        return
    places, cameras = plain.get("places"), plain.get("cameras")
    if not isinstance(places, dict):
        return
    known = cameras if isinstance(cameras, dict) else {}
    for key, message, remedy in unknown_members(places, known):
        yield placer.error(("places", *key), message, remedy)


def _watched(placer: Placer, plain: Any) -> Iterator[Problem]:
    """Cameras, shapes and places that rules name and nobody has, even when other errors stand."""
    rules = plain.get("rules") if isinstance(plain, dict) else None
    if not isinstance(rules, dict):
        return
    cameras, places = plain.get("cameras"), plain.get("places")
    for key, message, remedy in unknown_watched(
        rules,
        cameras if isinstance(cameras, dict) else {},
        places if isinstance(places, dict) else {},
    ):
        yield placer.error(("rules", *key), message, remedy)


def _told(placer: Placer, plain: Any) -> Iterator[Problem]:
    """What channels name and nobody has, told even when other errors stand."""
    channels = plain.get("notify") if isinstance(plain, dict) else None
    if not isinstance(channels, dict):
        return
    held = [plain.get(section) for section in ("rules", "cameras", "places")]
    rules, cameras, places = (one if isinstance(one, dict) else {} for one in held)
    for key, message, remedy in unknown_told(channels, rules, cameras, places):
        yield placer.error(("notify", *key), message, remedy)
