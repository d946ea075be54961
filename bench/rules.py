"""What every rule sees, where it ends, how often it was right: the page docs/alerts.md.

python bench/rules.py [--write docs/alerts.md]

The scenarios are those of tests/alerts/suite, made by tools/scenarios; the ordinary scenes are the
research tracks in PARVIS_ASSETS, or in ``shared`` beside a development checkout.
"""

import argparse
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "alerts"))

import streets  # noqa: E402

from parvis.alerts.kinds import KINDS, Kind  # noqa: E402
from parvis.alerts.ladder import Bounds  # noqa: E402
from parvis.alerts.scenario import alerts_of, changes_of  # noqa: E402
from parvis.alerts.scoring import Score  # noqa: E402
from parvis.fleet.rule_scores import scored  # noqa: E402
from parvis.values.alerts import AlertBasis, AlertKind  # noqa: E402

SHARED = Path(os.environ.get("PARVIS_ASSETS", ROOT.parent / "shared"))
SUITE = ROOT / "tests" / "alerts" / "suite"

HEAD = """\
# Rules: what each sees, and how well

<!-- Written by: python bench/rules.py --write docs/alerts.md -->

A rule raises an alert, a person judges it; nothing acts on a person by itself. Every alert reads
“not verified by a person” until it is. Each rule is declared in
`site.yaml` ([keys](reference/site-yaml.md)) or in the screen *Règles*; where a site declares none,
those marked *ready-made* run with the values below. None of these values is a certified safety
limit.

The error was measured on scenarios in `tests/alerts/suite`: walks that `tools/scenarios` simulates,
at 2.5 to 10 positions a second, some with noise and broken tracks. `parvis rules score --suite
tests/alerts/suite` prints the same figures; on a suite of your own, `NAME.csv` (`t_s,id,x_m,y_m`
and, if you like, `class`, in metres on the ground) with `NAME.truth.json`, it prints yours. An
event is found when the alert comes between 2 s before it and 5 s plus the rule's own duration after
it; an alert without an event is false. *Delay* is the median from the beginning of the event to the
alert, beyond the rule's own duration. On a camera the errors of its detector and of its ground come
on top: try a rule on trial (`mode: shadow`) before anybody is disturbed.
"""


@dataclass(frozen=True)
class About:
    """What people should know of a kind: what it sees, where it ends, what the law says."""

    sees: str
    limits: str
    law: str


ROAD = (
    "Among the eight events that French law let towns detect on the public road (décret 2023-828, "
    "an experiment that ended on 31 March 2025). Under `statistics` "
    "it is counted, never raised."
)
NO_ROAD = (
    "Not among the eight events of décret 2023-828: on the public road it stays a statistic, and "
    "is an alert only where another instrument allows it. Under `statistics` it is counted, never "
    "raised."
)
FREE = "Needs no analysis of images of the moment: allowed under every profile."

TEXTS = {
    AlertKind.DENSITY: About(
        "People a square metre in a zone, by the room each has (Voronoi, once a second); one rung "
        "higher when outflow falls while inflow rises.",
        "Dense crowds rest on boxes: people hidden behind others are missed, and the density is "
        "too low where it matters most. Zones of a few square metres tremble.",
        ROAD + " (Excessive density.)",
    ),
    AlertKind.ACCUMULATION: About(
        "Seconds until a zone holds as many people as it is meant for, from how their number "
        "rises: (N_crit − N) / (dN/dt). The earliest warning there is. Where a zone is denser than "
        "a rule allows, that rule speaks, and no accumulation is raised beside it.",
        "It supposes that the flow goes on as it is. Told is what exceeds chance, of a zone a "
        "quarter full, that even at its slow end fills within ten minutes: from an empty zone a "
        "dozen people who came by chance, one by one.",
        ROAD + " (A forecast of excessive density.)",
    ),
    AlertKind.CROWD_MOVEMENT: About(
        "How many people take part in a sudden common motion (*surge*), run (*running*), scatter "
        "from one place (*dispersal*), or are where a dense flow halts and goes on in turns "
        "(*stop_and_go*): at a place with a person a square metre and more around, the flow halts "
        "under 0.2 m/s, goes on over 0.4, and halts again within a minute. It begins with the "
        "second halt: one alone may be a light.",
        "A class that is let out or a race looks the same: the operator knows the calendar, the "
        "rule does not. A few runners are no crowd; fewer than ten who run in along one line are "
        "told from joggers and cyclists by their pace and their broad front, and not at all where "
        "runners or riders often pass. Waves shorter than about six seconds, and single files, "
        "are not told.",
        ROAD + " (Crowd movement.)",
    ),
    AlertKind.GATHERING: About(
        "People who stand within a radius of each other, for a while.",
        "A queue, a terrace and a bus stop are gatherings to a rule that is not told of them: draw "
        "zones, or name hours. In a zone that is denser than a rule allows, that rule speaks, and "
        "no gathering is raised beside it.",
        NO_ROAD + " (The *attroupement* was left out of the eight on purpose.)",
    ),
    AlertKind.WRONG_WAY: About(
        "People or vehicles that go against the way of a one-way zone, over a few metres.",
        "A vehicle that backs into a parking bay goes a little against; slower than 0.25 m/s "
        "nobody goes anywhere.",
        ROAD + " (Vehicle or person against the direction.)",
    ),
    AlertKind.INTRUSION: About(
        "How many are in a forbidden zone, beyond the doubt of their positions; forbidden hours "
        "are the rule's.",
        "It does not know who somebody is: a gardener counts like anybody else.",
        ROAD + " (Presence in a forbidden zone.)",
    ),
    AlertKind.FORBIDDEN_CROSSING: About(
        "Crossings of a line in a direction that the rule forbids, in the last five seconds.",
        "A track that is lost on the line may be missed.",
        ROAD + " (Crossing of a forbidden zone.)",
    ),
    AlertKind.QUEUE: About(
        "People in a zone used as a queue.",
        "Who crosses the zone is in it for a moment; who stands beside it is not.",
        NO_ROAD,
    ),
    AlertKind.LOITERING: About(
        "The longest stay of anybody in a zone, over short losses of the track. A rule that names "
        "no zone looks at walkways, forbidden and one-way zones: waiting is what others are for.",
        "Nobody is recognised: who leaves and comes back is somebody new, and two who pass each "
        "other behind a pillar may be taken for one who stayed.",
        NO_ROAD,
    ),
    AlertKind.STOPPED_VEHICLE: About(
        "The longest standing time of a vehicle outside car parks; in the whole view only of those "
        "that were seen to arrive; in a zone that the rule names, of every vehicle.",
        "A jam is many stopped vehicles; a red light is shorter than the levels. A scenario "
        "without classes cannot tell a waiting person from a stopped vehicle.",
        NO_ROAD,
    ),
    AlertKind.SPEED: About(
        "The speed of the fastest vehicle, fitted over a second and more.",
        "As exact as the ground: 2 % without noise, under 8 % at 3 px. No reading is evidence "
        "against anybody, and none is kept.",
        NO_ROAD + " No fine may rest on it.",
    ),
    AlertKind.PARKING_FULL: About(
        "Share of a car park's places that are taken.",
        "Vehicles hidden behind others are not seen; a capacity must be given.",
        NO_ROAD,
    ),
    AlertKind.CAMERA_HEALTH: About(
        "Seconds for which a camera is lost, moved, masked, dark or blurred.",
        "Fog is a blur that nobody has to repair.",
        FREE,
    ),
    AlertKind.UNUSUAL: About(
        "The last three closed hours far from what this place, hour and kind of day usually has "
        "and the hours before let expect: the first, the first two and all three, each beyond its "
        "limit; or an hour alone, where it is extreme. Limits learned from the series' own past, "
        "for about two alerts a month, wider in restless days; they follow what it raised. "
        "Public holidays (`site.holidays`) are expected to be like Sundays. The alert says so many "
        "instead of so many, and between which bounds nine of ten ordinary ones lie.",
        "It needs eight weeks of history, and *Rules* says how many days are missing; in its first "
        "year it raises about three a month. An hour seen by less than 80 % has no verdict. Where "
        "matches or festivals often double the people, a doubling is usual, and hides what is not; "
        "it knows no calendar of events. Measured by hours, not by quarters: no public series of "
        "quarters was at hand.",
        FREE,
    ),
    AlertKind.THRESHOLD: About(
        "Any live indicator of a zone or place, or any closed measure, beyond a value of your own.",
        "It is as good as the indicator: look at its interval. On scenarios live indicators of "
        "zones are followed, by the same figures as live.",
        "On live indicators as the kinds above; on closed measures allowed under every profile.",
    ),
}


def page() -> str:
    """The whole page."""
    scores, _ = scored(SUITE)
    by_kind = {one.kind: one for one in scores}
    parts = [HEAD, _summary(by_kind), _ordinary()]
    parts += [_kind(kind, spec, by_kind.get(kind)) for kind, spec in KINDS.items()]
    return "\n".join(parts)


def _summary(scores: dict[AlertKind, Score]) -> str:
    rows = [
        "## On scenarios\n",
        "| rule | events found | quiet scenarios | recall | false alarms an hour | delay |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for kind, one in scores.items():
        mark = " (experimental)" if one.experimental else ""
        rows.append(
            f"| `{kind.value}`{mark} | {one.found} of {one.positives} | {one.quiet} of "
            f"{one.negatives} | {_percent(one.recall)} | {one.false_per_hour:.2f} "
            f"({one.false} in {one.seconds / 3600:.1f} h) | {_seconds(one.delay_s)} |"
        )
    return "\n".join(rows) + "\n"


def _ordinary() -> str:
    rows = [
        "## On ordinary streets\n",
        "Research tracks of people who walk as they do every day, the ground cut into five zones: "
        "with the ready-made rules nothing should be raised.\n",
        "| scene | minutes | people | alerts |",
        "| --- | --: | --: | --- |",
    ]
    minutes = 0.0
    for name in streets.SEQUENCES:
        walked = streets.street(SHARED, name)
        scenario = streets.scenario(name, walked, streets.quarters(walked))
        alerts = alerts_of(changes_of(scenario), scenario.rules)
        said = ", ".join(f"{one.rule} at {one.raised_s:.0f} s" for one in alerts) or "none"
        start_s, end_s = scenario.trial.span
        minutes += (end_s - start_s) / 60
        people = len(set(scenario.walks.ids.tolist()))
        rows.append(f"| {name} | {(end_s - start_s) / 60:.1f} | {people} | {said} |")
    rows.append(f"| all | {minutes:.1f} | | |")
    return "\n".join(rows) + "\n"


def _kind(kind: AlertKind, spec: Kind, score: Score | None) -> str:
    about = TEXTS[kind]
    if kind is AlertKind.UNUSUAL:
        error = (
            "Events of three hours put into a year of four sensors, found at so many episodes a "
            "month that were not put there; how: [accuracy](accuracy.md#the-unusual).\n\n"
            + _printed_by("unusual.py", "--in-short").strip()
        )
    elif score is None:
        error = "Not measured by scenarios." + (
            " See the section above." if spec.basis is AlertBasis.IMAGE else ""
        )
    else:
        error = (
            f"{score.found} of {score.positives} events found, {score.false} false in "
            f"{score.seconds / 3600:.1f} h of scenarios, delay {_seconds(score.delay_s)}."
        )
    runs = "ready-made" if spec.by_default else "runs where a rule declares it"
    uses = f"; zones used as {', '.join(sorted(spec.uses))}" if spec.uses else ""
    state = " **Experimental.**" if spec.experimental else ""
    return "\n".join(
        [
            f"## `{kind.value}`\n",
            f"**Sees.** {about.sees}{state}\n",
            f"**Limits.** {about.limits}\n",
            f"**Measured error.** {error}\n",
            f"**Law.** {about.law}\n",
            f"**Default.** {_ladder(spec.bounds)} {spec.unit}"
            + "".join(
                f"; in zones used as {use} {_ladder(bounds)} {spec.unit}"
                for use, bounds in spec.bounds_by_use.items()
            )
            + f"; for {spec.timing.for_s:g} s, over after {spec.timing.release_s:g} s under "
            f"{100 * spec.timing.release:.0f} % of the bound; {runs}{uses}. "
            f"Source: {spec.source}.\n",
        ]
    )


def _printed_by(script: str, *arguments: str) -> str:
    command = [sys.executable, str(ROOT / "bench" / script), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def _ladder(bounds: Bounds) -> str:
    word = "up to" if bounds.falling else "from"
    return ", ".join(f"{one.label} {word} {value:g}" for one, value in sorted(bounds.at.items()))


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def _seconds(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1f} s"


def main() -> None:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page to write")
    asked = parser.parse_args()
    text = page()
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
