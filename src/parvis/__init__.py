"""Parvis: the cameras a town already owns, turned into anonymous measures of its public space."""

__version__ = "0.1.0"
