"""The shape of a model's definition file."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.vision.models.allowed import (
    COUNTED,
    ModelRefused,
    check_classes,
    check_licence,
)

Share = Annotated[float, Field(ge=0, le=1)]
Triple = tuple[float, float, float]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelFile(_Shape):
    """One file of a model, known by size and hash."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="File name in its folder"
    )
    size: int = Field(gt=0, description="Length in bytes")
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    sha384: str | None = Field(None, pattern=r"^[0-9a-f]{96}$")
    url: str | None = Field(None, pattern=r"^https?://", description="Official address")
    member: str | None = Field(None, description="Path inside the npm package")

    @property
    def digest(self) -> tuple[str, str]:
        """The algorithm's name and the expected hexadecimal digest."""
        if self.sha384:
            return "sha384", self.sha384
        return "sha256", self.sha256 or ""

    @model_validator(mode="after")
    def _has_a_hash(self) -> Self:
        if not (self.sha256 or self.sha384):
            raise ValueError(f"file {self.name} needs sha256 or sha384")
        return self


class NpmPackage(_Shape):
    """An npm package that carries the files."""

    name: str
    version: str
    size: int = Field(gt=0, description="Length of the archive in bytes, for the progress bar")


class Input(_Shape):
    """What the network wants to see."""

    width: int = Field(gt=0, le=4096)
    height: int = Field(gt=0, le=4096)
    fit: Literal["stretch", "letterbox"] = Field(
        description="stretch: the whole frame fills the input; letterbox: proportions are kept, "
        "the picture lies in the upper left corner and the rest is filled"
    )
    colour: Literal["bgr", "rgb"] = "bgr"
    mean: Triple = (0.0, 0.0, 0.0)
    std: Triple = (1.0, 1.0, 1.0)
    fill: int = Field(114, ge=0, le=255)
    multiple: int | None = Field(
        None,
        ge=8,
        description="Set where the network takes smaller pictures whose sides are multiples of "
        "this: a letterbox is then only as high or wide as the camera's picture needs",
    )

    @property
    def size(self) -> FrameSize:
        """Width and height in pixels."""
        return FrameSize(self.width, self.height)


class Output(_Shape):
    """How numbers become boxes; see :mod:`parvis.vision.decoding`."""

    decoder: Literal["boxes-labels", "nanodet", "yolox", "boxes-scores"]
    nms_iou: float | None = Field(None, gt=0, le=1, description="None: the network has done it")
    strides: tuple[int, ...] = ()
    bins: int = Field(11, ge=2, description="NanoDet: softmax bins for each edge (reg_max + 1)")


class Thresholds(_Shape):
    """Confidence limits: under ``low`` a box is dropped, from ``high`` it may begin a track."""

    low: Share
    high: Share

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self


class ModelDefinition(_Shape):
    """A detector: where it comes from, under which terms, and how to speak with it.

    Raises (on construction):
        ModelRefused: licence or class list outside the allowed ones.
        ValueError: anything else that is wrong.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    title: str
    licence: str = Field(description="SPDX identifier of the weights' licence")
    source: str = Field(description="Who made it, and where it is described")
    format: Literal["openvino-ir", "onnx", "tfjs"]
    files: tuple[ModelFile, ...] = Field(min_length=1)
    npm: NpmPackage | None = None
    input: Input
    output: Output
    labels: tuple[str, ...] = Field(min_length=1, description="Class names in the network's order")
    classes: dict[str, str] = Field(description="Label -> counted class; other labels are dropped")
    thresholds: Thresholds
    prior_count_error: Share = Field(
        description="Relative error assumed of a count until a person has checked the line"
    )

    @model_validator(mode="after")
    def _may_be_used(self) -> Self:
        check_licence(self.name, self.licence)
        check_classes(self.name, self.labels)
        for label, counted in self.classes.items():
            if label not in self.labels:
                raise ValueError(f"classes names {label!r}, which is not in labels")
            if label.lower() not in COUNTED:
                raise ModelRefused(f"model {self.name}: {label!r} cannot count as {counted!r}")
            ObjectClass.from_label(counted)
        if not self.classes:
            raise ValueError("classes maps no label: the model would count nothing")
        return self

    @property
    def counted(self) -> tuple[ObjectClass, ...]:
        """Classes this model can tell, in code order."""
        return tuple(sorted({ObjectClass.from_label(label) for label in self.classes.values()}))

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


class BadDefinition(ValueError):  # noqa: N818
    """A definition file that cannot be read; the message lists every error with its key."""


def parse(text: str, where: str) -> ModelDefinition:
    """Read a definition written in TOML.

    Args:
        text: the file's content.
        where: its path, for messages.

    Raises:
        BadDefinition: not TOML, or wrong or missing keys.
        ModelRefused: licence or classes outside the allowed ones.
    """
    try:
        return ModelDefinition.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadDefinition(f"{where}: {error}") from error
    except ValidationError as error:
        lines = [
            f"{where}: {'.'.join(map(str, e['loc'])) or 'definition'}: {e['msg']}"
            for e in error.errors(include_url=False)
        ]
        raise BadDefinition("\n".join(lines)) from error


def read(path: Path) -> ModelDefinition:
    """Read a definition file; see :func:`parse` for errors."""
    return parse(path.read_text(encoding="utf-8"), str(path))
