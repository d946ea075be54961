"""A real PostgreSQL server for the tests: made with initdb in a new folder, on a Unix socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _binary(name: str) -> Path | None:
    found = [*sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)]
    plain = shutil.which(name)
    return found[0] if found else Path(plain) if plain else None


@contextmanager
def server() -> Iterator[str]:
    """The URL of an empty server, ended and removed afterwards."""
    pytest.importorskip("psycopg", reason="the extra 'postgres' is not installed")
    initdb, pg_ctl = _binary("initdb"), _binary("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("no PostgreSQL server installed (Debian: apt install postgresql)")
    who: dict[str, object] = {}
    folder = Path(tempfile.mkdtemp(prefix="parvis-pg-", dir="/tmp"))
    if os.getuid() == 0:  # the server refuses to run as root
        try:
            account = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no account 'postgres'")
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        os.chown(folder, account.pw_uid, account.pw_gid)

    def run(*command: object) -> None:
        subprocess.run(
            [str(word) for word in command],
            check=True,
            capture_output=True,
            timeout=60,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            **who,
        )

    data = folder / "data"
    try:
        run(initdb, "-D", data, "-U", "parvis", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c shared_buffers=32MB -c fsync=off"
        run(pg_ctl, "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            yield f"postgresql://parvis@/postgres?host={folder}"
        finally:
            run(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
