"""Streams and files to frames."""
