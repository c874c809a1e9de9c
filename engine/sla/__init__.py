"""Deadlines that people change: an extension by two persons, a pause with its letter, and who may do so."""

from engine.sla.changing import GROUNDS, ask, decide, pause, resume
from engine.sla.looking import APPROVE, PROPOSE, found, limits, may, of_instance, of_step, waiting

__all__ = [
    "APPROVE",
    "GROUNDS",
    "PROPOSE",
    "ask",
    "decide",
    "found",
    "limits",
    "may",
    "of_instance",
    "of_step",
    "pause",
    "resume",
    "waiting",
]
