"""Measures at rest."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_HOMES = {
    "sqlite_url": "database",
    "StoreError": "errors",
    "StoreTooNewError": "errors",
    "StoreUnavailableError": "errors",
    "Deleted": "retention",
    "Kept": "retention",
    "Coverage": "store",
    "Store": "store",
    "MeasureTable": "table",
}


def __getattr__(name: str) -> object:
    # A worker needs the spool only: SQLAlchemy and Alembic would cost it 25 MB and half a second.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"parvis.store.{_HOMES[name]}"), name)
