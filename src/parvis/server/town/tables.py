"""Rows as files: CSV, and Parquet where its library is installed."""

import importlib
import io
from collections.abc import Sequence
from typing import Any

from parvis.server import csv_text
from parvis.server.problems import ProblemError, T
from parvis.server.town.features import Row

PARQUET = "application/vnd.apache.parquet"


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """RFC 4180 text; what is not known is empty."""
    return csv_text.table(columns, [[row[name] for name in columns] for row in rows])


def as_parquet(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """A Parquet file; what is not known is null.

    Raises:
        ProblemError: 406 without the extra ``data``, which brings the library.
    """
    try:
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise ProblemError(
            406,
            "no-parquet",
            T("This installation writes no Parquet."),
            T("The library for it comes with the extra {extra}.")(extra="data"),
            T("Run {command}, or ask for CSV.")(command="pip install 'parvis[data]'"),
        ) from None
    out = io.BytesIO()
    parquet.write_table(arrow.table({n: [row[n] for row in rows] for n in columns}), out)
    return out.getvalue()
