"""The only door to SpiffWorkflow: it moves the tokens of one instance by one step. Plain values go in and come out."""

from engine.spiff.run import Situation, complete, fire, receive, signal, start, waiting
from engine.spiff.step import Expiry, Moved, Opened, Step

__all__ = [
    "Expiry",
    "Moved",
    "Opened",
    "Situation",
    "Step",
    "complete",
    "fire",
    "receive",
    "signal",
    "start",
    "waiting",
]
