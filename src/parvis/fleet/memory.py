"""What keeps frames, passwords and sessions in memory alone: no core dump, no swap where possible.

What is guaranteed: no core dump of a Parvis process, neither a file nor through a program that
takes dumps. What is not: without the right to lock memory, or swap switched off, the kernel may
write pages of memory to a swap device; a hibernation writes all of it; and whoever is root on the
machine reads any memory (docs/en/lawful.md).
"""

import ctypes
import os
import resource
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_PR_SET_DUMPABLE = 4
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4
_CAP_IPC_LOCK = 14


def keep_to_itself() -> None:
    """Forbid core dumps of this process, and lock its memory where it may.

    A new program forgets both: each process says it itself, first of all.
    """
    forget_core_dumps()
    if may_lock():
        lock()


def forget_core_dumps() -> None:
    """Forbid core dumps of this process: one would hold frames, passwords or sessions.

    The limit keeps the kernel from writing a file, of this process and those it starts; a program
    that dumps are piped to is not bound by it, hence the second word (prctl(2), PR_SET_DUMPABLE),
    which also keeps other processes of the same account out of this one's memory.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE) failed")


def may_lock() -> bool:
    """Whether this process may lock all the memory that it will ever use.

    Under a limit, what is asked for beyond it would fail (mlockall(2)): better not to lock at all.
    """
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY:
        return True
    return _in_the_first_user_namespace() and bool(_effective_capabilities() >> _CAP_IPC_LOCK & 1)


def lock() -> bool:
    """Keep what this process touches out of swap from now on; False where the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) == 0)


class Swap(Enum):
    """Whether memory can reach a disk by way of swap."""

    NONE = "none"
    """No swap device is in use."""
    FORBIDDEN = "forbidden"
    """The control group of this process may not swap."""
    PROTECTED = "protected"
    """Every swap device is memory itself (zram) or encrypted (dm-crypt)."""
    LOCKED = "locked"
    """Parvis locks its memory."""
    OPEN = "open"
    """A picture could be written to a disk."""


@dataclass(frozen=True, slots=True)
class SwapState:
    """How swap stands.

    Args:
        swap: the best of what protects.
        devices: those in use.
    """

    swap: Swap
    devices: tuple[str, ...]


def swap_state(root: Path = Path("/")) -> SwapState:
    """How swap stands for this process; ``root`` is where /proc and /sys lie."""
    devices = _swap_devices(root / "proc/swaps")
    if not devices:
        return SwapState(Swap.NONE, ())
    if _group_may_not_swap(root):
        return SwapState(Swap.FORBIDDEN, devices)
    if all(_protected(root, one) for one in devices):
        return SwapState(Swap.PROTECTED, devices)
    return SwapState(Swap.LOCKED if may_lock() else Swap.OPEN, devices)


def _swap_devices(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return ()
    return tuple(line.split()[0] for line in lines if line.strip())


def _group_may_not_swap(root: Path) -> bool:
    """Version 2 of control groups: the limit of the group, or of one above it, is zero."""
    try:
        line = (root / "proc/self/cgroup").read_text(encoding="utf-8").strip()
    except OSError:
        return False
    if not line.startswith("0::"):
        return False
    group = Path(line.removeprefix("0::").lstrip("/"))
    for one in (group, *group.parents):
        limit = root / "sys/fs/cgroup" / one / "memory.swap.max"
        try:
            if limit.read_text(encoding="utf-8").strip() == "0":
                return True
        except OSError:
            continue
    return False


def _protected(root: Path, device: str) -> bool:
    name = Path(os.path.realpath(device)).name
    if name.startswith("zram"):
        return True
    try:
        uuid = (root / "sys/block" / name / "dm/uuid").read_text(encoding="utf-8")
    except OSError:
        return False
    return uuid.startswith("CRYPT-")


def _in_the_first_user_namespace() -> bool:
    """In another one, capabilities over the machine's memory are only apparent."""
    try:
        said = Path("/proc/self/uid_map").read_text(encoding="utf-8").split()
    except OSError:
        return False
    return said == ["0", "0", "4294967295"]


def _effective_capabilities() -> int:
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapEff:")), 0)
