"""Rows of « À regarder »: the cameras that do not measure, and what that means."""

from dataclasses import dataclass

from parvis.policy.terms import Role
from parvis.server.pages.frame import View
from parvis.server.pages.states import CameraNow


@dataclass(frozen=True, slots=True)
class Attention:
    """A row of « À regarder »: what is wrong, since when, what it means, what to do.

    Args:
        accept_word: on the button that accepts a moved view; empty where there is none.
    """

    mark: str
    word: str
    camera: str
    label: str
    fact: str
    meaning: str
    link: str
    link_word: str
    accept_word: str = ""


def attention(here: View, state: CameraNow) -> Attention:
    """The row of a camera that does not see."""
    words, _ = here.words, here.words._
    since = words.since(state.since_s, here.now_s) if state.since_s else None
    lasts = words.duration(here.now_s - state.since_s) if state.since_s else ""
    hole = _("It is a gap in the measures, not an empty street.")
    match state.state:
        case "moved":
            fact = _("View moved since {time} ({lasts}).", time=since, lasts=lasts)
            meaning = _("Counting is suspended until the view is back or confirmed.")
        case "stopped":
            fact = _("Stopped by a person.")
            meaning = hole
        case "connecting" if since is None:
            fact = _("Nothing heard of it yet.")
            meaning = _("Its first figures come within a minute.")
        case "connecting":
            fact = _("Connecting since {time} ({lasts}).", time=since, lasts=lasts)
            meaning = hole
        case "stalled":
            fact = _("Picture frozen since {time} ({lasts}).", time=since, lasts=lasts)
            meaning = hole
        case _:
            fact = _("Camera lost since {time} ({lasts}).", time=since or "—", lasts=lasts or "—")
            again = _("Tries again by itself.")
            meaning = f"{hole} {again}"
    if state.reason:
        meaning = f"{meaning} {state.reason}"
    return Attention(
        mark=state.state,
        word=state.word,
        camera=state.name,
        label=state.label,
        fact=fact,
        meaning=meaning,
        link=f"/?camera={state.name}",
        link_word=_("See the camera"),
        accept_word=_accept_word(here) if state.state == "moved" else "",
    )


def _accept_word(here: View) -> str:
    """What a technician may answer to a moved view; empty for others."""
    return here.words._("The new view is right") if here.may(Role.TECHNICIAN) else ""
