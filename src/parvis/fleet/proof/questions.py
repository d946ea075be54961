"""Every route of the application → the questions that are put to it, from FastAPI's own table.

A parameter is filled by its name and, in a path, by the word before it; one with a list of values
takes each of them. What nobody has taught this file to fill leaves its route *unclassified*, and
the proof fails: no route is passed over but those at the door and the static files.
"""

import enum
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from fastapi import FastAPI, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import Mount

from parvis.fleet.proof.asgi import Question
from parvis.fleet.proof.town import BYSTANDER, CAMERAS, PLACES
from parvis.server.public.address import for_everybody

DOOR = ("/login", "/logout", "/setup/admin")
"""Pages to sign in and out: before them there is nobody to show anything to."""

OWN_ACCOUNT = ("/api/v1/session", "/account")
"""Changes below them sign a person in or out, or change how: asking them would end the asking. The
key of a second factor is drawn by chance, for its person alone."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address of the application."""

    method: str
    path: str
    route: APIRoute

    @property
    def name(self) -> str:
        """As people read it."""
        return f"{self.method} {self.path}"

    @property
    def at_the_door(self) -> bool:
        """Whether it only signs people in and out, and is not asked."""
        own = any(self.path == one or self.path.startswith(f"{one}/") for one in OWN_ACCOUNT)
        key = own and self.path.endswith("/second-factor")
        return self.path.startswith(DOOR) or key or (self.changes and own)

    @property
    def for_everybody(self) -> bool:
        """Whether it answers whoever asks the same."""
        return for_everybody(self.path)

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in the store under names that only it knows: ids by the word before them."""

    ids: dict[str, tuple[str, ...]]


def routes(app: FastAPI) -> list[Route]:
    """Every route, however deep its routers stand.

    Raises:
        ValueError: something in the table that is neither a route nor the static files.
    """
    found: list[Route] = []

    def walk(items: Sequence[Any], prefix: str) -> None:
        for item in items:
            if isinstance(item, APIRoute):
                found.extend(
                    Route(method, prefix + item.path, item)
                    for method in sorted((item.methods or set()) - {"HEAD"})
                )
            elif hasattr(item, "original_router"):
                walk(item.original_router.routes, prefix + item.include_context.prefix)
            elif not (isinstance(item, Mount) and item.path == "/static"):
                raise ValueError(f"not a route that can be asked: {item!r}")

    walk(list(app.routes), "")
    return sorted(found, key=lambda one: (one.changes, _late(one), one.path, one.method))


_LAST = ("DELETE", "/stop", "withdrawal", "/accounts")


def _late(one: Route) -> bool:
    """Whether it takes away what others are asked about."""
    return one.method == "DELETE" or any(word in one.path for word in _LAST)


_DAY = "2026-11-24"
_SPANS = ("2026-11-24T12:00", "2026-11-23T09:00")

_IN_PATHS: dict[tuple[str, str], tuple[str, ...]] = {
    ("cameras", "name"): tuple(CAMERAS),
    ("places", "name"): tuple(PLACES),
    ("rules", "name"): ("new", "density", "unusual"),
    ("accounts", "name"): (BYSTANDER,),
    ("lines", "line"): ("ligne",),
    ("channels", "name"): ("courriel",),
    ("holds", "number"): ("1",),
    ("alert-channels", "name"): ("courriel",),
    ("documents", "name"): ("sign-a4", "dpia", "activity"),
    ("files", "which"): ("plan",),
    ("checks", "check_id"): ("no-such-check",),
    ("instruments", "number"): ("1",),
    ("acts", "number"): ("1", "new"),
    ("setup-sessions", "session_id"): ("no-such-session",),
}

_IN_QUERIES: dict[str, tuple[str, ...]] = {
    "start": _SPANS,
    "end": ("2026-11-24T14:00",),
    "from": _SPANS,
    "to": ("2026-11-24",),
    "at": ("2026-11-24T13:30",),
    "against_from": ("2026-11-23T09:00",),
    "against_to": ("2026-11-23T14:00",),
    "day": (_DAY,),
    "camera": tuple(CAMERAS),
    "line": ("ligne",),
    "shape": ("ligne",),
    "direction": ("0",),
    "classes": ("all", "person"),
    "class": ("person",),
    "object_class": ("person",),
    "series": (),
    "before": ("999",),
    "limit": ("200",),
    "days": ("7",),
    "span": ("day", "week"),
    "compare": ("week", "year"),
    "add": (),
    "rule": ("density",),
    "told": ("saved",),
    "back": ("/",),
    "language": ("fr", "en"),
    "theme": ("dark",),
    "by": ("email", "mqtt"),
    "deed": ("camera",),
    "who": ("system",),
    "target": ("quai",),
    "words": ("quai",),
    "bin": ("minute", "15min", "hour", "day"),
}

_FEWER = {"kind": ("crossings", "occupancy", "density"), "state": ("inbox", "judged")}
"""Of long lists of values, those of which something was planted."""

_REASON = "preuve de la barrière"
_SHAPES: dict[str, Any] = {"masks": [], "lines": {}, "zones": {}}
_POINTS = [
    {"image": [x, y], "ground": [40.0 * x, 40.0 * (1 - y)]}
    for x, y in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
]

_BODIES: dict[str, Any] = {
    "AccountIn": {"name": "nouveau", "password": "quatre mots sans rapport", "role": "viewer"},
    "AccountChange": {"role": "viewer"},
    "NoteIn": {"note": _REASON},
    "DismissIn": {"reason": "harmless", "note": _REASON},
    "CameraIn": {"name": "neuve", "label": "Neuve", "source": "rtsp://192.0.2.9/a"},
    "AskIn": {"service": "http://192.0.2.31/onvif/device_service", "user": "u", "password": "p"},
    "TestIn": {"source": "rtsp://192.0.2.9/a"},
    "dict": {"label": "Autre"},
    "GroundIn": {"points": _POINTS},
    "ShapesIn": _SHAPES,
    "CheckIn": {"camera": "quai", "line": "ligne", "minutes": 15, "reason": _REASON},
    "EntriesIn": {"entries": []},
    "FinishIn": {"entries": []},
    "SignIn": {},
    "AcceptIn": {"check": "no-such-check", "reason": _REASON},
    "WithdrawIn": {"camera": "quai", "line": "ligne", "version": 1, "reason": _REASON},
    "ActIn": {"reason": _REASON},
    "ChangeIn": {"reason": _REASON, "version": 1},
    "PictureIn": {"layer": "flows", "start": _SPANS[1], "end": _SPANS[0]},
    "SessionIn": {"camera": "quai", "reason": _REASON},
    "Place": {"label": "Lieu", "at": [2.3, 48.8], "zones": ["quai.zone"]},
    "GivenPasswordIn": {"password": "quatre autres mots sans lien", "reason": _REASON},
    "WhyIn": {"reason": _REASON},
    "ChannelIn": {"reason": _REASON},
    "HoldIn": {"kind": "minute", "authority": "Tribunal", "reason": _REASON, "until_s": 1.8e9},
    "LiftIn": {"reason": _REASON},
    "ReplayIn": {"rule": {"kind": "density"}},
    "OrderIn": {"camera": "quai", "reason": _REASON},
}

_FORMS = {
    "note": _REASON,
    "reason": "harmless",
    "kind": "alerts",
    "authority": "Tribunal",
    "since": _DAY,
    "until": _DAY,
    "from": _DAY,
    "to": _DAY,
    "why": _REASON,
    "first": _DAY,
    "last": "2026-12-24",
}


class UnclassifiedError(Exception):
    """A route that the proof does not know how to ask."""


def questions(one: Route, known: Known, *, varied: bool = True) -> Iterator[Question]:
    """What is put to a route: plainly, and once with each value of each parameter.

    Args:
        one: the route.
        known: ids of what was planted.
        varied: false: plainly only.

    Raises:
        UnclassifiedError: a parameter or a body that nobody has taught this file to fill.
    """
    flat = get_flat_params(one.route.dependant)
    asked = [field for field in flat if isinstance(field.field_info, params.Query)]
    paths = _paths(one, known)
    values_of = {field.alias: _variants(one, field) for field in asked}
    needed = tuple(
        (field.alias, values_of[field.alias][0])
        for field in asked
        if field.field_info.is_required()
    )
    for field in flat:
        if isinstance(field.field_info, params.Header) and field.field_info.is_required():
            raise UnclassifiedError(f"{one.name}: header {field.alias}")
    body = _body(one, list(_bodies(one.route.dependant)))
    for path in paths:
        yield Question(one.method, path, needed, body)
    if one.changes or not varied:
        return
    spans = tuple((name, values_of[name][0]) for name in ("start", "from") if values_of.get(name))
    for name, values in values_of.items():
        for value in values:
            rest = tuple(pair for pair in (*needed, *spans) if pair[0] != name)
            yield Question(one.method, paths[0], (*rest, (name, value)), body)


def _paths(one: Route, known: Known) -> list[str]:
    paths = [""]
    before = ""
    for part in one.path.strip("/").split("/"):
        values: tuple[str, ...] = (part,)
        if part.startswith("{"):
            name = part.strip("{}").partition(":")[0]
            values = known.ids.get(before, _IN_PATHS.get((before, name), ()))
            if not values:
                raise UnclassifiedError(f"{one.name}: nothing is known to fill {{{name}}} with")
        paths = [f"{path}/{value}" for path in paths for value in values]
        before = part
    return paths


def _variants(one: Route, field: Any) -> tuple[str, ...]:
    listed = _listed(field.field_info.annotation)
    if listed is not None:
        return tuple(one for one in listed if one in _FEWER.get(field.alias, listed))
    if field.alias not in _IN_QUERIES:
        raise UnclassifiedError(f"{one.name}: nothing is known to fill ?{field.alias}= with")
    return _IN_QUERIES[field.alias]


def _listed(annotation: Any) -> tuple[str, ...] | None:
    """Each value of a type that has a list of them; None for others."""
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return tuple(str(one.value) for one in annotation)
    origin = get_origin(annotation)
    if origin is Literal:
        return tuple(str(one) for one in get_args(annotation))
    if origin in (Union, types.UnionType, list, tuple) or hasattr(annotation, "__metadata__"):
        inner = [_listed(one) for one in get_args(annotation) if one is not type(None)]
        return next((one for one in inner if one is not None), None)
    return None


def _bodies(dependant: Dependant) -> Iterator[Any]:
    """Every part of the body, also those that dependencies read."""
    yield from dependant.body_params
    for inner in dependant.dependencies:
        yield from _bodies(inner)


def _body(one: Route, fields: Sequence[Any]) -> Any:
    if not fields:
        # Forms that are read field by field carry nothing but their token.
        return () if one.changes and not one.path.startswith("/api/") else None
    if all(isinstance(field.field_info, params.Form) for field in fields):
        unknown = [field.alias for field in fields if field.alias not in _FORMS]
        if unknown:
            raise UnclassifiedError(f"{one.name}: nothing is known to fill {unknown[0]} with")
        return tuple((field.alias, _FORMS[field.alias]) for field in fields)
    name = _model_name(fields[0].field_info.annotation)
    if name not in _BODIES:
        raise UnclassifiedError(f"{one.name}: nothing is known to send as {name}")
    return _BODIES[name]


def _model_name(annotation: Any) -> str:
    inner = [one for one in get_args(annotation) if one is not type(None)]
    models = [one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)]
    found = models[0] if models else annotation
    if get_origin(found) is dict:
        return "dict"
    return getattr(found, "__name__", str(found))
