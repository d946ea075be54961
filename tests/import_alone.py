"""Imports each module of the package in a fork of its own, and says which cannot come first.

What is not of the package is imported once, before: a fork then costs its own module alone.
"""

import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

import parvis

ALL = [
    one.name
    for one in pkgutil.walk_packages(parvis.__path__, "parvis.")
    if "migrations" not in one.name and "__main__" not in one.name  # run when imported
]


def begun(work: Callable[[], Iterable[str]]) -> tuple[int, int]:
    """A child that does this and prints a line each: its process and the end of its pipe."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(writing, "w") as told:
            told.writelines(f"{line}\n" for line in work())
        os._exit(0)
    os.close(writing)
    return child, reading


def told(child: int, reading: int) -> list[str]:
    """Its lines, once it has ended."""
    with os.fdopen(reading) as file:
        lines = file.read().splitlines()
    if os.waitpid(child, 0)[1]:
        lines.append("a child did not end well")
    return lines


def others() -> Iterable[str]:
    """What the package takes from elsewhere."""
    for name in ALL:
        with suppress(ImportError):
            importlib.import_module(name)
    return [name for name in sys.modules if name.partition(".")[0] != "parvis"]


def alone(name: str) -> Iterable[str]:
    """Import a module as the first of its package; why it cannot be, if so."""
    for known in [one for one in sys.modules if one.partition(".")[0] == "parvis"]:
        del sys.modules[known]
    try:
        importlib.import_module(name)
    except Exception as error:
        yield f"{name}: {type(error).__name__}: {error}"


def share(first: int, step: int) -> Iterable[str]:
    """Every ``step``-th module, each in a fork of its own."""
    for name in ALL[first::step]:
        yield from told(*begun(lambda name=name: alone(name)))


def main() -> None:
    """Print what cannot be imported first, then how many were tried."""
    for other in told(*begun(others)):
        with suppress(Exception):
            importlib.import_module(other)
    step = os.cpu_count() or 1
    children = [begun(lambda first=first: share(first, step)) for first in range(step)]
    failed = [line for child in children for line in told(*child)]
    sys.stdout.write("\n".join([*failed, f"{len(ALL)} modules tried\n"]))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
