"""The only door to OpenVINO.

Importing ``openvino`` initialises ``openvino_telemetry`` and sends an "import" event to a web
analytics service unless a refusal lies in the user's home folder. Parvis opens no connection that
nobody asked for (law, line 10): the telemetry package is hidden while OpenVINO is imported, which
then takes the silent stand-in it ships for that case.
"""

import sys
from importlib import import_module
from typing import Any

if "openvino" not in sys.modules:
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

ov: Any = import_module("openvino")
"""The ``openvino`` module."""

__all__ = ["ov"]
