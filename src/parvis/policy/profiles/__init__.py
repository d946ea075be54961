"""Profiles as packaged data: dated, sourced YAML, read by :mod:`parvis.policy.profile`."""
