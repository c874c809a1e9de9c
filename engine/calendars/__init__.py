"""The offices' calendars as dated data: what each says, in versions; who counts by which; how they are changed."""

from engine.calendars.book import Book, Use, book
from engine.calendars.changing import add, answered, change, office, seed, use, used
from engine.calendars.content import NATIONAL, Content, Holiday, HolidayKind, merged
from engine.calendars.edits import (
    add_holiday,
    add_profile,
    end_profile,
    import_year,
    remove_holiday,
    replace_profile,
)
from engine.calendars.sheet import LARGEST, read_sheet
from engine.calendars.versions import find, offices, versions

__all__ = [
    "LARGEST", "NATIONAL", "Book", "Content", "Holiday", "HolidayKind", "Use", "add", "add_holiday", "add_profile",
    "answered", "book", "change", "end_profile", "find", "import_year", "merged", "office", "offices",
    "read_sheet", "remove_holiday", "replace_profile", "seed", "use", "used", "versions",
]  # fmt: skip
