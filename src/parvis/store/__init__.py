"""Measures at rest."""
