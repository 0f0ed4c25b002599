"""When an item has been out too long (rule B10). Pure.

Out over the end of the shift, or for longer than twelve hours: its holder is asked, and
an hour later, unanswered, the manager. An answer holds for another twelve hours.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST = timedelta(hours=12)
PATIENCE = timedelta(hours=1)
"""So long the holder alone is asked."""


def out_before(now: datetime, zone: ZoneInfo, shift_ends: time | None) -> datetime:
    """What was taken out before this moment is out too long."""
    longest = now - LONGEST
    if shift_ends is None:
        return longest
    here = now.astimezone(zone)
    ended = datetime.combine(here.date(), shift_ends, zone)
    if ended > here:
        ended = datetime.combine(here.date() - timedelta(days=1), shift_ends, zone)
    return max(longest, ended.astimezone(now.tzinfo))
