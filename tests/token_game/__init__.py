"""An independent token game of BPMN 2.0.2 and CONTRACT: it imports nothing of ours, and no SpiffWorkflow."""

from .play import Player, Snapshot, play
from .state import Refused, Unsupported

__all__ = ["Player", "Refused", "Snapshot", "Unsupported", "play"]
