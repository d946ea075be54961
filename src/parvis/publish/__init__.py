"""Outwards: what leaves Parvis by itself, with its outbox."""
