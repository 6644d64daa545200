"""Days as people write them in tables: 2026-03-02, 2026/3/2, 2026年3月2日, 20260302, each with or without a time."""

from __future__ import annotations

import re
from datetime import datetime

from suyu_learn.domain.names import tidy

_DAY = re.compile(
    r"(\d{4})(?:[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[T ,]*(\d{1,2})[:时](\d{1,2})?(?::\d{1,2}(?:\.\d+)?|分)?)?"
)


def read_day(text: str) -> tuple[datetime, bool] | None:
    """The day without a zone, and whether a time was said with it; None for what is no day."""
    found = _DAY.fullmatch(tidy(text))
    if found is None:
        return None
    year, month, day, short_month, short_day, hour, minute = found.groups()
    try:
        moment = datetime(int(year), int(month or short_month), int(day or short_day), int(hour or 0), int(minute or 0))
    except ValueError:
        return None
    midnight = moment.hour == moment.minute == 0  # what a spreadsheet writes behind a day alone
    return moment, hour is not None and not midnight
