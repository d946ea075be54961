"""The gate, asked at every way out: may this leave, to this role, now?

The store holds the truth; the gate says what of it a profile shows, delays, hides or refuses.
"""

import math
from collections.abc import Collection
from dataclasses import replace

from parvis.policy.permit import AlertBasis, Permit
from parvis.policy.profile import Effect, Profile, Rule, load_articles, load_profile
from parvis.policy.suppression import tells_a_part
from parvis.policy.terms import Decision, Output, OutputKind, Role, SetupSession, Verdict, Wording
from parvis.values.alerts import AlertKind

__all__ = ["Decision", "Gate", "Output", "OutputKind", "Role", "SetupSession", "Verdict"]

_ROLE_REFUSED = Wording(
    "Ce rôle ne donne pas accès à cette sortie.", "This role does not open this output."
)
_TELLS_A_PART = Wording(
    "Ce total donnerait par différence une valeur masquée : il est masqué aussi.",
    "This total would give a hidden value away by subtraction: it is hidden too.",
)


class Gate:
    """Answers for one site under one profile; a new configuration makes a new gate.

    Args:
        profile: the legal frame, from :func:`~parvis.policy.profile.load_profile`.
        recorded: names of the cameras, and of the places, whose sources are recorded clips
            (``Site.recorded``).
    """

    def __init__(self, profile: Profile, recorded: Collection[str] = ()) -> None:
        self._profile = profile
        self._recorded = frozenset(recorded)

    @classmethod
    def of(cls, profile: str, recorded: Collection[str] = ()) -> "Gate":
        """The gate of the packaged profile of that name.

        Raises:
            ValueError: no such profile.
        """
        return cls(load_profile(profile), recorded)

    @property
    def profile(self) -> Profile:
        """The profile it answers for."""
        return self._profile

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
            camera: at which camera or place; None: in general.
        """
        profile = self._profile
        of_people = AlertBasis(basis) is not AlertBasis.HEALTH
        unknown = camera is not None and camera not in self._recorded
        if profile.recorded_only and of_people and unknown:
            return Permit(False, *profile.recorded_only)
        return profile.alerts[AlertBasis(basis)].permit(kind, purposes)

    def decide(self, output: Output, role: Role, now_s: float) -> Decision:
        """Answer whether ``output`` may leave to ``role`` at ``now_s``, seconds since the epoch."""
        profile = self._profile
        rule = profile.rules[output.kind]
        if profile.recorded_only and output.camera and output.camera not in self._recorded:
            reason, article = profile.recorded_only
            return Decision(Verdict.REFUSE, None, reason, article, profile.notice)
        if role not in rule.roles:
            return Decision(
                Verdict.REFUSE, None, _ROLE_REFUSED, load_articles()["house-roles"], profile.notice
            )
        decision = self._apply(rule, output, now_s)
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

    def _suppressed(self, reason: Wording) -> Decision:
        profile = self._profile
        return Decision(Verdict.SUPPRESS, None, reason, profile.min_cell_article, profile.notice)

    def _apply(self, rule: Rule, output: Output, now_s: float) -> Decision:
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
        return Decision(verdict, until_s, rule.reason, rule.article, self._profile.notice)

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
