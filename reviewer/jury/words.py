"""Days and hours as a juror reads them."""

from datetime import datetime
from zoneinfo import ZoneInfo

DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


def day(moment: datetime, zone: ZoneInfo) -> str:
    """«mié 15 oct»."""
    local = moment.astimezone(zone)
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"


def day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """«mié 15 oct 23:59»."""
    return f"{day(moment, zone)} {moment.astimezone(zone):%H:%M}"
