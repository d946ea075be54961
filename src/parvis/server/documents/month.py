"""The last whole month, in the site's civil time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def last_month(now_s: float, zone: ZoneInfo) -> tuple[float, float]:
    """Its span, seconds since the epoch."""
    this = datetime.fromtimestamp(now_s, zone).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    before = (this - timedelta(days=1)).replace(day=1)
    return before.timestamp(), this.timestamp()
