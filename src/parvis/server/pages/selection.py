"""Which series a person looks at: one line of a chart, written as one word of an address.

quai.crossings.pont.people.0     people, first direction
quai.crossings.pont.*.*          everything, both directions
quai.occupancy.terrasse.person   people present in a zone
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from parvis.server.classes import CLASS_WORDS, GROUPS, class_word
from parvis.server.i18n import Words
from parvis.server.series_words import KIND_WORDS
from parvis.site.shapes import Camera, Line, Zone
from parvis.values.series import Series, SeriesKind

ANY = "*"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_GROUP_KEYS = {"people": 0, "bikes": 1, "vehicles": 2}


@dataclass(frozen=True, slots=True)
class Selection:
    """One line of a chart: the sum of the series that fit.

    Args:
        camera, kind, shape: as in a series.
        classes: ``*``, ``people``, ``bikes``, ``vehicles`` or one class.
        direction: ``0``, ``1`` or ``*``; empty where the kind has none.
    """

    camera: str
    kind: SeriesKind
    shape: str
    classes: str = ANY
    direction: str = ""

    @property
    def key(self) -> str:
        """Its word in an address."""
        parts = [self.camera, self.kind.value, self.shape, self.classes]
        return ".".join([*parts, self.direction] if self.direction else parts)

    @classmethod
    def parse(cls, key: str) -> "Selection":
        """Inverse of :attr:`key`.

        Raises:
            ValueError: not a selection.
        """
        parts = key.split(".")
        if len(parts) not in (4, 5):
            raise ValueError("a selection is camera.kind.shape.class[.direction]")
        kind = SeriesKind(parts[1])
        direction = parts[4] if len(parts) == 5 else ""
        # The key comes back in links and files: a free text must not travel in it.
        if not all(_NAME.fullmatch(parts[at]) for at in (0, 2)):
            raise ValueError("a selection is of a camera and a line or zone")
        known = {ANY, *_GROUP_KEYS, *CLASS_WORDS}
        directed = kind is SeriesKind.CROSSINGS
        if parts[3] not in known or directed is not (direction in ("0", "1", ANY)):
            raise ValueError(f"no such class or direction in {key!r}")
        return cls(parts[0], kind, parts[2], parts[3], direction)

    def fits(self, series: Series) -> bool:
        """Whether a series belongs to this line of the chart."""
        if (series.camera, series.kind, series.shape) != (self.camera, self.kind, self.shape):
            return False
        if self.direction not in ("", ANY) and series.direction != int(self.direction):
            return False
        if self.classes == ANY:
            return True
        if self.classes in _GROUP_KEYS:
            return series.object_class in GROUPS[_GROUP_KEYS[self.classes]].classes
        return series.object_class == self.classes

    def label(self, cameras: dict[str, Camera], words: Words) -> str:
        """What it is called: camera, line or zone, direction, class."""
        _ = words._
        camera = cameras.get(self.camera)
        name = camera.label if camera else self.camera
        shape = _called(self.kind, self.shape, camera)
        if self.kind is SeriesKind.CROSSINGS:
            line = camera.lines.get(self.shape) if camera else None
            if self.direction == ANY:
                way = _("both directions")
            elif line:
                way = line.directions[int(self.direction)]
            else:
                way = _("direction {n}", n=int(self.direction) + 1)
            return _(
                "{camera}, {shape}, {way}, {classes}",
                camera=name,
                shape=shape,
                way=way,
                classes=self.class_label(words),
            )
        return f"{name}, {shape} ({_(KIND_WORDS[self.kind].text)}), {self.class_label(words)}"

    def class_label(self, words: Words) -> str:
        """The class or group in words."""
        if self.classes == ANY:
            return words._("all classes")
        if self.classes in _GROUP_KEYS:
            return words._(GROUPS[_GROUP_KEYS[self.classes]].label.text).lower()
        return class_word(self.classes, words).lower()


def _called(kind: SeriesKind, shape: str, camera: Camera | None) -> str:
    """The label of the line or zone; its name where it has none, or is no longer drawn."""
    if camera is None:
        return shape
    of = camera.lines if kind is SeriesKind.CROSSINGS else camera.zones
    drawn: Line | Zone | None = of.get(shape)
    return drawn.called(shape) if drawn else shape


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of the list that adds a series: value ``camera.kind.shape[.direction]``."""

    value: str
    label: str


def choices(
    series: Collection[Series], cameras: dict[str, Camera], words: Words
) -> list[tuple[str, list[Choice]]]:
    """What can be added, by camera: every line with its directions, every zone with its kinds."""
    found: list[tuple[str, list[Choice]]] = []
    for name, camera in cameras.items():
        own = [one for one in series if one.camera == name]
        listed = [
            Choice(value, label)
            for kind, shape in sorted({(one.kind, one.shape) for one in own})
            for value, label in _options(name, kind, shape, camera, words)
        ]
        if listed:
            found.append((camera.label, listed))
    return found


def _options(
    name: str, kind: SeriesKind, shape: str, camera: Camera, words: Words
) -> list[tuple[str, str]]:
    _ = words._
    called = _called(kind, shape, camera)
    if kind is not SeriesKind.CROSSINGS:
        what = _(KIND_WORDS[kind].text)
        return [(f"{name}.{kind.value}.{shape}", _("{shape}: {what}", shape=called, what=what))]
    line = camera.lines.get(shape)
    ways = line.directions if line else (_("direction {n}", n=1), _("direction {n}", n=2))
    named = ((ANY, _("both directions")), ("0", ways[0]), ("1", ways[1]))
    return [
        (f"{name}.crossings.{shape}.{key}", _("{shape}: {what}", shape=called, what=way))
        for key, way in named
    ]


def added(choice: str, classes: str) -> Selection:
    """The selection that the adding form asks for.

    Raises:
        ValueError: not a choice of the list.
    """
    parts = choice.split(".")
    key = [*parts[:3], classes, *parts[3:]]
    return Selection.parse(".".join(key))


def first(
    series: Collection[Series], cameras: Mapping[str, Camera], camera: str | None
) -> list[Selection]:
    """What is shown before anything was chosen: everything over the first line, both ways.

    Cameras and lines come in the order of site.yaml, what is no longer in it after them.
    """
    measured = {
        (one.camera, one.shape)
        for one in series
        if one.kind is SeriesKind.CROSSINGS and camera in (None, one.camera)
    }
    drawn = [(name, line) for name, held in cameras.items() for line in held.lines]
    lines = [one for one in drawn if one in measured] + sorted(measured.difference(drawn))
    return [Selection(c, SeriesKind.CROSSINGS, s, ANY, ANY) for c, s in lines[:1]]


def parsed(keys: Sequence[str], most: int) -> list[Selection]:
    """The selections of an address; what is not one is left out."""
    found: list[Selection] = []
    for key in keys:
        try:
            selection = Selection.parse(key)
        except ValueError:
            continue
        if selection not in found:
            found.append(selection)
    return found[:most]
