"""A child process that dies with its parent."""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4


def die_with_parent(parent_pid: int) -> None:
    """Ask the kernel to send SIGTERM to this process when its parent dies (prctl(2), Linux).

    Args:
        parent_pid: the process that should be the parent; when it already is not (it died between
            fork and this call), this process ends at once.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGTERM)


def forget_core_dumps() -> None:
    """Forbid core dumps of this process: one would hold frames, passwords or sessions.

    The limit keeps the kernel from writing a file; a program that dumps are piped to is not bound
    by it, hence the second word (prctl(2), PR_SET_DUMPABLE), which also keeps other processes of
    the same account out of this one's memory. A new program forgets that word: each says it itself.
    """
    import resource  # noqa: PLC0415  (not on every platform)

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE) failed")
