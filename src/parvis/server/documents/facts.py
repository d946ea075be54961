"""What the documents tell of a site, gathered once: nothing is invented, gaps are named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parvis.measures.checks.record import cells_of
from parvis.policy.instrument import Instrument
from parvis.policy.law import FRENCH, Law
from parvis.policy.profile import Profile
from parvis.policy.retention import terms
from parvis.policy.space import Space
from parvis.policy.terms import Article, Wording
from parvis.server.documents.purposes import purposes_of
from parvis.server.public.address import public_address
from parvis.site.loading import LoadedSite
from parvis.site.shapes import Camera, Site
from parvis.store import Store
from parvis.store.assessments import Assessment
from parvis.values.alerts import AlertBasis
from parvis.values.checks import Light


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a kind of data is kept.

    Args:
        what: a name of ``IN_MEMORY`` in :mod:`parvis.server.documents.paper`, or what it is kept
            for.
        days: None: it never leaves memory.
    """

    what: str | Wording
    days: int | None


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """What a person found at a line.

    Args:
        camera, line: labels.
        at_s, until_s: when.
        light: in which light.
        true, counted: passages by the person and by Parvis.
        signed_by: who vouches; None: nobody yet.
    """

    camera: str
    line: str
    at_s: float
    until_s: float
    light: Light
    true: int
    counted: int
    signed_by: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the documents say of one site at one moment.

    Args:
        loaded: the configuration in force, with its hash.
        law: the law in force.
        acts: the acts in force.
        assessment: the signed impact assessment; None: nobody signed any.
        checked: the last count check of every line.
        now_s: when, seconds since the epoch.
        public: address of the public page; None while there is none that a QR code could bear.
    """

    loaded: LoadedSite
    law: Law
    acts: tuple[Instrument, ...]
    assessment: Assessment | None
    checked: tuple[CheckedLine, ...]
    now_s: float
    public: str | None

    @property
    def site(self) -> Site:
        """What site.yaml says."""
        return self.loaded.site

    @property
    def french(self) -> bool:
        """Whether a frame of French law is in force."""
        return any(frame.name in FRENCH.values() for frame in self.law.frames.values())

    @property
    def purposes(self) -> tuple[str, ...]:
        """What outputs about people serve."""
        return purposes_of(self.site, self.law)

    @property
    def unassessed(self) -> tuple[str, ...]:
        """Purposes that no signed assessment covers: a new version of it is due."""
        if self.assessment is None:
            return self.purposes
        return self.assessment.lacks(self.purposes)

    @property
    def cameras(self) -> Mapping[str, Camera]:
        """The cameras that are not switched off."""
        return {name: one for name, one in self.site.cameras.items() if one.enabled}

    def profile(self, camera: Camera) -> Profile | None:
        """What holds at a camera; None where the law in force is not for its space."""
        return self.law.at(Space(camera.space))

    @property
    def alerts_of_images(self) -> bool:
        """Whether rules may raise alerts from the images of the moment at some camera."""
        found = (self.profile(camera) for camera in self.cameras.values())
        raises = any(one.alerts[AlertBasis.IMAGE].raises for one in found if one is not None)
        return raises or bool(self.acts)

    @property
    def kept(self) -> tuple[Kept, ...]:
        """How long everything is kept: what lives in memory, then every kind of data at rest."""
        store = self.site.store
        rest = (Kept(one.why, one.days(store)) for one in terms() if one.setting is not None)
        return (Kept("images", None), Kept("tracks", None), *rest)

    @property
    def articles(self) -> tuple[Article, ...]:
        """The texts that decisions of the law in force name, by their names."""
        found: dict[str, Article] = {}
        for space in self.law.frames:
            profile = self.law.at(space)
            if profile is None:
                continue
            for article in (
                *(rule.article for rule in profile.rules.values()),
                *(one.article for one in profile.alerts.values()),
                profile.min_cell_article,
            ):
                found[article.key] = article
        return tuple(found[key] for key in sorted(found))

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys of site.yaml that the documents need and nobody has filled in."""
        said = self.site.controller
        needed = ("name", "address", "contact", "dpo", "purposes", "basis", "decision")
        return tuple(f"controller.{key}" for key in needed if not getattr(said, key))


def gathered(
    loaded: LoadedSite,
    store: Store,
    law: Law,
    acts: Sequence[Instrument],
    *,
    now_s: float,
) -> Facts:
    """Everything; blocking.

    Args:
        loaded: the configuration in force.
        store: where checks and assessments rest.
        law: in force.
        acts: every recorded act; those not in force are left out.
        now_s: the moment.
    """
    return Facts(
        loaded,
        law,
        tuple(act for act in acts if act.in_force(now_s)),
        store.assessments.last(),
        tuple(_checked(loaded.site, store)),
        now_s,
        public_address(loaded.site),
    )


def _checked(site: Site, store: Store) -> list[CheckedLine]:
    last: dict[tuple[str, str], CheckedLine] = {}
    for check in store.checks.results(each=1):
        camera = site.cameras.get(check.camera)
        line = camera.lines.get(check.line) if camera else None
        if camera is None or line is None or check.result is None or check.end_s is None:
            continue
        cells = cells_of(check.result)
        last.setdefault(
            (check.camera, check.line),
            CheckedLine(
                camera.label,
                line.called(check.line),
                check.start_s,
                check.end_s,
                check.light,
                sum(one.true for one in cells),
                sum(one.counted for one in cells),
                check.signed_by,
            ),
        )
    return list(last.values())
