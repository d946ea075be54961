"""Replacing a file of the data folder so that a reader sees the old one or the new one, whole."""

import os
import tempfile
from pathlib import Path


def replace(path: Path, body: bytes) -> None:
    """Replace a file atomically and durably, readable by this account only.

    Args:
        path: the file; its folder is made when it is missing.
        body: all of its new content.

    Raises:
        OSError: it cannot be written; the old file stays, and nothing else is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a power cut must not bring the old name back
    finally:
        os.close(folder)
