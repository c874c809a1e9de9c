"""Penetapan: the people that a case names for its lanes, exceptions for them, and whether they can finish it."""

from engine.staffing.checking import Gap, Seat, gaps, officials, seats, unfilled
from engine.staffing.lifting import ask, decide, listed, reasons
from engine.staffing.naming import AFTER, end, may_staff, must_staff, name, name_vendor, replace, route

__all__ = [
    "AFTER", "Gap", "Seat", "ask", "decide", "end", "gaps", "listed", "may_staff", "must_staff", "name",
    "name_vendor", "officials", "reasons", "replace", "route", "seats", "unfilled",
]  # fmt: skip
