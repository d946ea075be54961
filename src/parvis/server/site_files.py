"""Files of the folder of site.yaml that are served, and no other."""

from pathlib import Path


def inside(folder: Path, name: str) -> Path | None:
    """A file of a folder, links followed; None when it is none, or lies elsewhere."""
    root, path = folder.resolve(), (folder / name).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None
