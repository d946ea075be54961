"""What processes opened for writing, from strace's log."""

from pathlib import Path


def written_files(log: Path) -> set[Path]:
    """Files opened for writing, by every thread and child; failed calls left out."""
    names = set()
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        writes = any(flag in line for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "creat("))
        if writes and " = -1 " not in line and '"' in line:
            names.add(Path(line.split('"')[1]))
    return names
