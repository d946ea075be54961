"""Replacing a file so that a reader sees the old one or the new one, whole."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def replace(path: Path, body: bytes, like: os.stat_result | None = None) -> None:
    """Replace a file atomically and durably.

    Args:
        path: the file, not a link to it; its folder is made when it is missing.
        body: all of its new content.
        like: a file whose mode and owner it gets, the owner as far as this account may give it
            away; None for a file that this account alone may read.

    Raises:
        OSError: it cannot be written; the old file stays, and nothing else is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            if like is not None:
                os.fchmod(file.fileno(), like.st_mode & 0o7777)
                with suppress(PermissionError):  # only root gives a file away
                    os.fchown(file.fileno(), like.st_uid, like.st_gid)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a power cut must not bring the old name back
    finally:
        os.close(folder)
