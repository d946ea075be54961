"""Engines that run a network: OpenVINO, and ONNX Runtime where it is installed."""
