"""What is so at an element of a drawing, and how that is said in words."""

from collections.abc import Mapping
from dataclasses import dataclass

WORDS = {"done": "selesai", "run": "sedang berjalan", "late": "terlambat"}
NONE: Mapping[str, "Mark"] = {}


@dataclass(frozen=True)
class Mark:
    """The state of one element: done, running or late, the words beside it, who holds it, which round, a link."""

    state: str = ""  # "done" | "run" | "late" | ""
    words: str = ""  # for example "terlambat 2 hk"
    initials: str = ""
    round: int = 0
    href: str = ""

    def told(self) -> str:
        """The mark as words, for `desc` and for a link's label."""
        repeat = f"putaran {self.round}" if self.round > 1 else ""
        said = "" if self.state == "late" and self.words.startswith(WORDS["late"]) else WORDS.get(self.state, "")
        return ", ".join(part for part in (said, self.words, repeat) if part)
