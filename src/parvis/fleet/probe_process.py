"""A trial opening of a stream: a process of its own, which a decoder's crash may kill.

The address comes on standard input, where no list of processes shows its password; what was found
leaves as one JSON line. Nothing it sees is kept.
"""

import argparse
import json
import signal
import sys
from dataclasses import dataclass

from parvis.fleet.failures import SOURCE_FAILURES
from parvis.fleet.logs import set_up_logs
from parvis.fleet.memory import keep_to_itself
from parvis.fleet.parent import die_with_parent
from parvis.site import redact
from parvis.video.probe import probe
from parvis.video.sources import parse_screen_source, parse_source


@dataclass(frozen=True, slots=True)
class Asked:
    """What to try.

    Args:
        address: with its secrets filled in.
        from_screen: a person typed it on a screen: files of this machine are out of reach.
        timeout_s: at most this long.
    """

    address: str
    from_screen: bool
    timeout_s: float


def tried(asked: Asked) -> dict[str, object]:
    """What a trial finds, ready to be sent: ``reason`` and ``remedy`` are empty when well."""
    parse = parse_screen_source if asked.from_screen else parse_source
    try:
        found = probe(parse(asked.address), asked.timeout_s)
    except SOURCE_FAILURES as error:
        return {"reason": redact(str(error)), "remedy": ""}
    if found.fault is not None or found.size is None:
        fault = found.fault
        return {
            "reason": fault.message if fault else "no picture came",
            "remedy": fault.remedy if fault else "",
        }
    return {
        "reason": "",
        "remedy": "",
        "codec": found.codec,
        "width": found.size.width,
        "height": found.size.height,
        "fps": found.fps,
    }


def main() -> None:
    """Try one address."""
    parser = argparse.ArgumentParser(description="A trial of a stream, started by the hub.")
    parser.add_argument("--parent", type=int, required=True)
    asked = parser.parse_args()
    die_with_parent(asked.parent)
    keep_to_itself()
    set_up_logs()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.write(json.dumps(tried(Asked(**json.loads(sys.stdin.readline())))) + "\n")


if __name__ == "__main__":
    main()
