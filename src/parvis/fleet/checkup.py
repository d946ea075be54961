"""``parvis doctor`` for the health page: the checks of the machine, one line of JSON each.

Streams are left out: their health stands on the page, and a camera that a person stopped is not
looked at.
"""

import argparse
import sys
from pathlib import Path

from parvis.fleet.doctor import machine
from parvis.fleet.logs import set_up_logs
from parvis.fleet.machine import encode_check
from parvis.fleet.memory import keep_to_itself
from parvis.fleet.parent import die_with_parent
from parvis.site import load


def main() -> None:
    """Check and end."""
    parser = argparse.ArgumentParser(description="The machine's checks, for the health page.")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("site", type=Path)
    asked = parser.parse_args()
    die_with_parent(asked.parent)
    keep_to_itself()
    set_up_logs()
    for check in machine(load(asked.site)):
        sys.stdout.buffer.write(encode_check(check))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
