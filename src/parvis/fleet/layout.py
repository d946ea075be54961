"""Where the processes of one site keep what they share on disk."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The site's data folder and the names in it."""

    root: Path

    @property
    def socket(self) -> Path:
        """The hub's local socket for workers."""
        return self.root / "hub.sock"

    @property
    def stops(self) -> Path:
        """What a person has stopped."""
        return self.root / "stops.json"

    @property
    def database_url(self) -> str:
        """The default store."""
        return f"sqlite:///{self.root / 'parvis.db'}"

    def lease(self, name: str) -> Path:
        """The lock file of that camera or spool."""
        return self.root / "leases" / f"{name}.lock"

    def spool(self, worker: str) -> Path:
        """The spool of that worker."""
        return self.root / "spool" / worker

    def spools(self) -> list[str]:
        """Names of the workers that ever had a spool here."""
        folder = self.root / "spool"
        return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
