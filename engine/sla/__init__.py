"""Deadlines that people change: an extension by two persons, a pause with its letter, and who may do so."""

from engine.sla.changing import GROUNDS, ask, decide, pause, resume
from engine.sla.looking import APPROVE, PROPOSE, limits, may, of_instance, of_step, open_asks

__all__ = [
    "APPROVE",
    "GROUNDS",
    "PROPOSE",
    "ask",
    "decide",
    "limits",
    "may",
    "of_instance",
    "of_step",
    "open_asks",
    "pause",
    "resume",
]
