"""The only door to SpiffWorkflow: it moves the tokens of one instance by one step. Plain values go in and come out."""

from engine.spiff.events import key_of
from engine.spiff.expiry import start_timer
from engine.spiff.run import awaited, complete, fire, note, receive, signal, start, subscriptions_of, throw, waiting
from engine.spiff.situation import Situation
from engine.spiff.step import Awaited, Expiry, Message, Moved, Opened, Step, Written
from engine.spiff.subscriptions import ANY, MESSAGE, SIGNAL, filed

__all__ = [
    "ANY",
    "MESSAGE",
    "SIGNAL",
    "Awaited",
    "Expiry",
    "Message",
    "Moved",
    "Opened",
    "Situation",
    "Step",
    "Written",
    "awaited",
    "complete",
    "filed",
    "fire",
    "key_of",
    "note",
    "receive",
    "signal",
    "start",
    "start_timer",
    "subscriptions_of",
    "throw",
    "waiting",
]
