"""Is a file the one that its definition names?"""

import hashlib
from pathlib import Path

from parvis.vision.models.definition import ModelFile


def fault(file: ModelFile, path: Path) -> str:
    """What is wrong with the file at ``path``; empty when size and hash are right."""
    try:
        size = path.stat().st_size
    except OSError:
        return f"{path} is missing"
    if size != file.size:
        return f"{path} has {size} bytes, expected {file.size}"
    algorithm, expected = file.digest
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, algorithm).hexdigest()
    if found != expected:
        return f"{path} has {algorithm} {found[:16]}…, expected {expected[:16]}…"
    return ""
