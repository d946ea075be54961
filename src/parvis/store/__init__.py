"""Measures at rest."""

from parvis.store.database import sqlite_url
from parvis.store.errors import StoreError, StoreTooNewError, StoreUnavailableError
from parvis.store.retention import Deleted, Kept
from parvis.store.store import Coverage, Store
from parvis.store.table import MeasureTable

__all__ = [
    "Coverage",
    "Deleted",
    "Kept",
    "MeasureTable",
    "Store",
    "StoreError",
    "StoreTooNewError",
    "StoreUnavailableError",
    "sqlite_url",
]
