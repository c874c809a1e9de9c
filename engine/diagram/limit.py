"""A deadline in the few letters that fit beside a clock."""

import re

DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
SHORT = ("mgg", "hari", "jam", "mnt", "dtk")
DAYS = {"hari_kerja": "hk", "hari_kalender": "hkal", "hari_kalender_geser": "hkal"}
LONGEST = 12  # letters of a duration that is not plain ISO text


def tell(duration: str, unit: str) -> str:
    """ISO 8601 and our unit as "5 hk", "90 hkal", "60 mnt"; anything else as it is written, cut."""
    found = DURATION.fullmatch(duration)
    parts = [(amount, name) for amount, name in zip(found.groups(), SHORT, strict=True) if amount] if found else []
    if not parts:
        return duration[:LONGEST]
    return " ".join(f"{amount} {DAYS.get(unit, name) if name == 'hari' else name}" for amount, name in parts)
