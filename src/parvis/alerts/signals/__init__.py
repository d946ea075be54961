"""Tracks on the ground → signals: one file a kind of sign."""
