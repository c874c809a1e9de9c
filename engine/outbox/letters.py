"""A letter as the channels take it, and the three ways in which one does not arrive."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import EngineError


@dataclass(frozen=True)
class Letter:
    """What leaves the system. The same id every time it is tried: whoever gets it twice can know."""

    id: str
    kind: str  # "notice" | "message"
    to: str
    subject: str
    text: str
    at: datetime


class Later(EngineError):
    """Belum diterima; dicoba lagi nanti."""


class Never(EngineError):
    """Ditolak untuk seterusnya."""


class Away(EngineError):
    """Tujuannya tidak dapat dihubungi."""
