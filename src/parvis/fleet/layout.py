"""Where the processes of one site keep what they share on disk."""

from dataclasses import dataclass
from pathlib import Path

from parvis.store.spool import SUFFIX


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
    def checks(self) -> Path:
        """Lines under check, and what checks have shown of lines; for the workers."""
        return self.root / "checks.json"

    @property
    def rules(self) -> Path:
        """The rules in force, and what each may do; for the workers."""
        return self.root / "rules.json"

    @property
    def audit(self) -> Path:
        """The folder of the key that signs words about the audit trail, and of its checkpoints."""
        return self.root / "audit"

    @property
    def database_url(self) -> str:
        """The default store."""
        return f"sqlite:///{self.root / 'parvis.db'}"

    @property
    def site_in_force(self) -> Path:
        """A copy of the last valid site.yaml, from which a child can start at any time."""
        return self.root / "site-in-force.yaml"

    @property
    def unrecorded(self) -> Path:
        """Minutes that the store can never take, for a person to look at."""
        return self.root / "unrecorded.jsonl"

    def view(self, camera: str) -> Path:
        """What that camera last looked at, in numbers."""
        return self.root / "views" / f"{camera}.npz"

    def lease(self, name: str) -> Path:
        """The lock file of that camera or spool."""
        return self.root / "leases" / f"{name}.lock"

    def spool(self, worker: str) -> Path:
        """The spool of that worker."""
        return self.spools / f"{worker}{SUFFIX}"

    @property
    def spools(self) -> Path:
        """The folder of all spools, those of dead workers too."""
        return self.root / "spool"
