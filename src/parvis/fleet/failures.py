"""Failures that a command explains in one sentence instead of a traceback."""

from typing import Final

from parvis.site.secrets import SecretMissingError, SecretsFileError
from parvis.site.sources import SourceError
from parvis.video.errors import VideoError
from parvis.vision.engines.engine import EngineError
from parvis.vision.models.allowed import ModelRefused
from parvis.vision.models.catalogue import UnknownModel
from parvis.vision.models.definition import BadDefinition
from parvis.vision.models.fetch import ModelUnavailable

MODEL_FAILURES: Final = (ModelRefused, UnknownModel, BadDefinition, ModelUnavailable, EngineError)
SOURCE_FAILURES: Final = (VideoError, SourceError, SecretMissingError, SecretsFileError)
