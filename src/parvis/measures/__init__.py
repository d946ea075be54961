"""Tracks to measures."""
