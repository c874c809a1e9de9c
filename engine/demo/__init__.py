"""The demo: fictitious people and 40 cases made by real commands on the demo's clock, and that clock."""

from engine.demo.clockwork import move_clock, next_due
from engine.demo.fill import fill

__all__ = ["fill", "move_clock", "next_due"]
