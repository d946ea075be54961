"""Detector models: what they are (definitions), whether they may be used, where they come from."""
