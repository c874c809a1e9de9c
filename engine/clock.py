"""The only clock. Two readings: business time may be shifted by the demo or stopped by a test, system time never."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_shift = timedelta(0)
_stopped: datetime | None = None


def system() -> datetime:
    """The machine's time (UTC), for sessions, limits, tokens and logs."""
    return datetime.now(UTC)


def business() -> datetime:
    """The time (UTC) that cases, deadlines and history live in."""
    return (_stopped or system()) + _shift


def shift() -> timedelta:
    """How far business time runs ahead of system time."""
    return _shift


def follow(amount: timedelta) -> None:
    """Make this process's business time run ahead by what the demo's database says."""
    global _shift
    _shift = amount


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Business time stands still at an instant (tests and scenarios)."""
    global _stopped
    before, _stopped = _stopped, at.astimezone(UTC)
    try:
        yield
    finally:
        _stopped = before
