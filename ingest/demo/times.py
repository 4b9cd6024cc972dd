"""When people write: more each year, more on working days, in the hours when they are awake.

Times are microseconds since 1970 in UTC, as 64-bit integers: ``NEVER`` for what has not happened.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.demo.dice import Dice, Floats, Ints

FIRST_DAY = date(2021, 1, 1)
GROWTH = 0.32  # a year: the number of reports grows by this share
WEEKDAYS = [1.15, 1.1, 1.05, 1.05, 1.0, 0.6, 0.5]
HOURS = [3, 2, 1, 1, 1, 2, 5, 11, 20, 27, 30, 28, 24, 23, 24, 24, 23, 22, 21, 20, 19, 16, 11, 6]
WORKING_DAYS_TO_ANSWER = 15  # article 76 of the Administrative Procedural Code; holidays come with the clock
END_OF_WORK = time(18, 30)
DAYS_OF_YEAR = 365.25

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Calendar:
    """The days from the first to the one before ``until``, in a time zone."""

    until: date
    time_zone: str

    @cached_property
    def days(self) -> NDArray[np.datetime64]:
        return np.arange(np.datetime64(FIRST_DAY), np.datetime64(self.until))

    @cached_property
    def months(self) -> Ints:
        """The month of each day, 0 to 11."""
        return (self.days.astype("datetime64[M]").astype(np.int64) % 12).astype(np.int64)

    @cached_property
    def starts(self) -> Ints:
        """When each day begins: the zone moved its clock on 1 March 2024. With a quarter of a year to come,
        for what is due by then.
        """
        zone = ZoneInfo(self.time_zone)
        known = (FIRST_DAY + timedelta(days=day) for day in range(len(self.days) + 92))
        return np.array([_microseconds(datetime.combine(day, time(), zone)) for day in known])

    @property
    def now(self) -> int:
        """The country is told as it stood when the day ``until`` began."""
        return int(self.starts[len(self.days)])

    def received(self, dice: Dice, months: Floats) -> tuple[Ints, Ints]:
        """The day (an index into ``days``) and the time at which each row was received."""
        years = np.arange(len(self.days)) / DAYS_OF_YEAR
        # 1 January 1970 was a Thursday.
        weekdays = (self.days.astype(np.int64) + 3) % 7
        weights = (1 + GROWTH) ** years * np.array(WEEKDAYS)[weekdays] * months[self.months]
        day = dice.pick("day", weights)
        second = dice.pick("hour", np.array(HOURS)) * 3_600 + dice.below("second", 3_600)
        return day, self.starts[day] + second * SECOND_US

    def due(self, day: Ints) -> Ints:
        """The end of work on the fifteenth working day after the day of receipt; every weekend is free."""
        last = np.busday_offset(self.days[day], WORKING_DAYS_TO_ANSWER, roll="backward")
        index = (last - np.datetime64(FIRST_DAY)).astype(np.int64)
        of_work = (END_OF_WORK.hour * 3_600 + END_OF_WORK.minute * 60) * SECOND_US
        return np.asarray(self.starts[index] + of_work, dtype=np.int64)


def later(moment: Ints, days: Floats) -> Ints:
    """So many days after; what is after NEVER never is."""
    added = np.minimum(moment, NEVER // 2) + np.minimum(days, 36_500) * DAY_US
    return np.where(moment == NEVER, NEVER, added.astype(np.int64) // SECOND_US * SECOND_US)


def known_by(now: int, moment: Ints) -> Ints:
    """What lies after ``now`` has not happened."""
    return np.where(moment <= now, moment, NEVER)


def moments(times: Ints) -> list[datetime | None]:
    """As Python has them; None for NEVER."""
    gone = times == NEVER
    plain = np.where(gone, 0, times).astype("datetime64[us]").tolist()
    return [None if no else each.replace(tzinfo=UTC) for each, no in zip(plain, gone.tolist(), strict=True)]


def written(times: Ints, *, null: str) -> list[str]:
    """As PostgreSQL reads them, to the second, which is all that is drawn; ``null`` for NEVER."""
    gone = times == NEVER
    plain = np.datetime_as_string(np.where(gone, 0, times).astype("datetime64[us]"), "s", timezone="UTC")
    return np.where(gone, null, plain).tolist()


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp()) * SECOND_US
