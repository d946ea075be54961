"""The gate, asked at every way out: may this leave, to this role, now?

The store holds the truth; the gate says what of it a profile shows, delays, hides or refuses, by
the space of the camera, the purpose, the role, and the instruments in force.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from parvis.policy.effects import Effect
from parvis.policy.instrument import Instrument, in_force
from parvis.policy.law import Law, law_of
from parvis.policy.permit import Permit
from parvis.policy.premises import Premises
from parvis.policy.profile import Profile, Rule
from parvis.policy.reading import articles
from parvis.policy.suppression import tells_a_part
from parvis.policy.terms import (
    Article,
    Decision,
    Output,
    OutputKind,
    Role,
    SetupSession,
    Verdict,
    Wording,
)
from parvis.values.alerts import AlertBasis, AlertKind, AlertNature

__all__ = ["Decision", "Gate", "Output", "OutputKind", "Role", "SetupSession", "Verdict"]

_ROLE_REFUSED = Wording(
    "Ce rôle ne donne pas accès à cette sortie.", "This role does not open this output."
)
_TELLS_A_PART = Wording(
    "Ce total donnerait par différence une valeur masquée : il est masqué aussi.",
    "This total would give a hidden value away by subtraction: it is hidden too.",
)
_OTHER_SPACE = Wording(
    "Le profil en vigueur ne couvre pas ce que cette caméra regarde.",
    "The profile in force is not for what this camera looks at.",
)
_OTHER_PURPOSE = Wording(
    "Le profil en vigueur n'ouvre pas cette sortie pour cette finalité.",
    "The profile in force does not open this output for this purpose.",
)


class Gate:
    """Answers for one site under one law; a new configuration or a new act makes a new gate.

    Args:
        law: the profile of each space.
        premises: what is known of the site's cameras and places.
        acts: the instruments in force now. What is asked about a later moment is opened by those
            that are in force then; permits are those of the moment at which the gate was made.
    """

    def __init__(
        self, law: Law, premises: Premises | None = None, acts: Sequence[Instrument] = ()
    ) -> None:
        self._law = law
        self._premises = premises or Premises()
        self._acts = tuple(acts)
        self._profile = law.at(self._premises.space_of(None)) or law.strictest

    @classmethod
    def of(cls, profile: str, recorded: Collection[str] = ()) -> "Gate":
        """The gate of the packaged profile of that name, for cameras on the public road.

        Raises:
            ValueError: no such profile.
        """
        return cls(law_of(profile), Premises(recorded=frozenset(recorded)))

    @property
    def law(self) -> Law:
        """The law it answers for."""
        return self._law

    @property
    def profile(self) -> Profile:
        """The profile of the strictest space of the site: what holds for all of it."""
        return self._profile

    @property
    def acts(self) -> tuple[Instrument, ...]:
        """The instruments it knows."""
        return self._acts

    def closed_before(self, now_s: float) -> float:
        """Newest instant whose measures may be shown at ``now_s``, seconds since the epoch.

        Quarters of an hour are cut on multiples of 900 s of UTC: the offsets of civil time are
        multiples of a quarter, so these are the quarters of every time zone.
        """
        due_s = now_s - self._profile.after_close_s
        length_s = self._profile.closed_bin_s
        return math.floor(due_s / length_s) * float(length_s) if length_s else due_s

    def shown_from(self, newest_s: float) -> float:
        """When a value whose stretch ends at ``newest_s`` may first be shown."""
        length_s = self._profile.closed_bin_s
        closed_s = math.ceil(newest_s / length_s) * float(length_s) if length_s else newest_s
        return closed_s + self._profile.after_close_s

    def hides_cell(self, observations: float | None, role: Role) -> bool:
        """True when a cell of so many observations is hidden from ``role``, flagged and not zero.

        A gap (None) is no cell: it is shown as a gap.
        """
        return (
            observations is not None
            and role in self._profile.min_cell_roles
            and observations < self._profile.min_cell
        )

    def permit(
        self, basis: str, kind: AlertKind, purposes: Collection[str] = (), camera: str | None = None
    ) -> Permit:
        """Whether a rule may raise live alerts: asked before one exists.

        Args:
            basis: what its alerts are made from, a value of ``AlertBasis``.
            kind: what it watches for.
            purposes: what it may serve.
            camera: at which camera or place; None: at any of the site's.
        """
        if camera is None and self._premises.spaces:
            each = [self.permit(basis, kind, purposes, one) for one in self._premises.spaces]
            return next((one for one in each if one.raises), each[0])
        profile = self._law.at(self._premises.space_of(camera))
        if profile is None:
            return Permit(False, _OTHER_SPACE, articles()["house-roles"])
        of_people = AlertBasis(basis) is not AlertBasis.HEALTH
        unknown = camera is not None and camera not in self._premises.recorded
        if profile.recorded_only and of_people and unknown:
            return Permit(False, *profile.recorded_only)
        law = profile.alerts[AlertBasis(basis)]
        # At a place a rule sums what several cameras see: each of them must be inside an act.
        behind = sorted(self._premises.cameras_of(camera)) or [""]
        each = [
            law.permit(kind, purposes, [act for act in self._acts if one in act.cameras])
            for one in behind
        ]
        return next((one for one in each if not one.raises), each[0])

    def permit_for(self, nature: AlertNature) -> Permit:
        """Whether an alert of that nature may be there now; asked again whenever one is shown."""
        return self.permit(nature.basis, nature.kind, nature.purposes, nature.camera)

    def decide(self, output: Output, role: Role, now_s: float) -> Decision:
        """Answer whether ``output`` may leave to ``role`` at ``now_s``, seconds since the epoch."""
        profile = self._law.at(self._premises.space_of(output.camera, output.space))
        if profile is None:
            return Decision(Verdict.REFUSE, None, _OTHER_SPACE, articles()["house-roles"])
        rule = profile.rules[output.kind]
        if profile.recorded_only and output.camera and output.camera not in self._premises.recorded:
            return self._refused(profile, *profile.recorded_only)
        if output.purpose is not None and output.purpose not in rule.purposes:
            return self._refused(profile, _OTHER_PURPOSE, articles()["gdpr-purpose"])
        opened_until_s = (
            self._opened_until(output.camera, now_s) if role in rule.opened_to else None
        )
        if role not in rule.roles and opened_until_s is None:
            return self._refused(profile, _ROLE_REFUSED, articles()["house-roles"])
        permit = self.permit_for(output.alert) if output.alert is not None else None
        if permit is not None and not permit.raises:
            return self._refused(profile, permit.reason, permit.article)
        decision = self._apply(profile, rule, output, now_s)
        if opened_until_s is not None and not decision.allowed:
            decision = replace(decision, verdict=Verdict.ALLOW, until_s=opened_until_s)
        if decision.allowed and output.bin_s is not None and output.bin_s < profile.min_bin_s:
            decision = replace(decision, verdict=Verdict.REFUSE, until_s=None)
        if decision.allowed and self.hides_cell(output.cell, role):
            return self._suppressed(profile.min_cell_reason)
        if (
            decision.allowed
            and role in profile.min_cell_roles
            and tells_a_part(output.hidden_parts)
        ):
            return self._suppressed(_TELLS_A_PART)
        return decision

    def _opened_until(self, camera: str | None, now_s: float) -> float | None:
        """Until when instruments in force open what shows ``camera``; None while none does.

        A place, and the whole site, are open where each camera that shows in it is.
        """
        behind = self._premises.cameras_of(camera)
        ends = [
            max((act.ends_s for act in in_force(self._acts, one, now_s)), default=None)
            for one in behind
        ]
        known = [end for end in ends if end is not None]
        return min(known) if known and len(known) == len(ends) else None

    def _refused(self, profile: Profile, reason: Wording, article: Article) -> Decision:
        return Decision(Verdict.REFUSE, None, reason, article, profile.notice)

    def _suppressed(self, reason: Wording) -> Decision:
        profile = self._profile
        return Decision(Verdict.SUPPRESS, None, reason, profile.min_cell_article, profile.notice)

    def _apply(self, profile: Profile, rule: Rule, output: Output, now_s: float) -> Decision:
        match rule.effect:
            case Effect.ALLOW:
                verdict, until_s = Verdict.ALLOW, None
            case Effect.WHEN_CLOSED_OR_UNDATED if output.newest_s is None:
                verdict, until_s = Verdict.ALLOW, None
            case Effect.WHEN_CLOSED | Effect.WHEN_CLOSED_OR_UNDATED:
                verdict, until_s = self._when_closed(output, now_s)
            case Effect.IN_SETUP:
                verdict, until_s = self._in_setup(output, now_s)
            case Effect.SESSION:
                verdict, until_s = self._open_session(output, now_s)
            case Effect.REFUSE:
                verdict, until_s = Verdict.REFUSE, None
        purpose = output.purpose or rule.purposes[0]
        return Decision(verdict, until_s, rule.reason, rule.article, profile.notice, purpose)

    def _when_closed(self, output: Output, now_s: float) -> tuple[Verdict, float | None]:
        newest_s = now_s if output.newest_s is None else output.newest_s
        if newest_s <= self.closed_before(now_s):
            return Verdict.ALLOW, None
        return Verdict.DELAY, self.shown_from(newest_s)

    def _in_setup(self, output: Output, now_s: float) -> tuple[Verdict, float | None]:
        session = output.session
        if session is None or output.camera is None or not self._sound(session, output, now_s):
            return Verdict.REFUSE, None
        return Verdict.ALLOW, session.ends_s

    def _open_session(self, output: Output, now_s: float) -> tuple[Verdict, float | None]:
        """Judge a session about to be opened; without one, say how long it could last."""
        session = output.session
        if session is None:
            return Verdict.ALLOW, now_s + self._profile.session_max_s
        if not self._sound(session, output, now_s):
            return Verdict.REFUSE, None
        return Verdict.ALLOW, session.ends_s

    def _sound(self, session: SetupSession, output: Output, now_s: float) -> bool:
        return (
            session.camera == output.camera
            and session.started_s <= now_s < session.ends_s
            and session.ends_s - session.started_s <= self._profile.session_max_s
        )
