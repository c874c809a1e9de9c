"""Traps: a process of the product counts the points it passes, and is killed or put to sleep at one of them.

Nothing of this is in the product: the points are SQLAlchemy's own events and the two calls by which a file becomes
lasting, listened to from outside in a process that the tests started.
"""

import os
import re
import signal
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

Told = Callable[[str], None]
VERB = re.compile(r"\W*(\w+)(?:.*?\b(?:FROM|INTO|UPDATE)\s+(\w+))?", re.S | re.I)


class Trap:
    """Counts points once it is armed, and springs at one: by number, or by what its name begins with."""

    def __init__(self, tell: Told, at: int | str | None = None, action: int = signal.SIGKILL) -> None:
        self.tell, self.at, self.action = tell, at, action
        self.number, self.armed = 0, False

    def set(self) -> None:
        """Listen to everything in this process."""
        sa.event.listen(sa.Engine, "before_cursor_execute", lambda *a: self.point(f"before {_name(a[2])}"))
        sa.event.listen(sa.Engine, "after_cursor_execute", lambda *a: self.point(f"after {_name(a[2])}"))
        sa.event.listen(sa.Engine, "commit", lambda _: self.point("before commit"))
        sa.event.listen(Session, "after_commit", lambda _: self.point("after commit"))
        os.fsync = self._around("fsync", os.fsync)
        os.replace = self._around("rename", os.replace)

    def point(self, name: str) -> None:
        """A point is passed."""
        if not self.armed:
            return
        self.number += 1
        self.tell(name)
        if self.number == self.at or (isinstance(self.at, str) and name.startswith(self.at)):
            self.armed = False
            os.kill(os.getpid(), self.action)

    def _around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **more: Any) -> Any:
            self.point(f"before {name}")
            done = call(*given, **more)
            self.point(f"after {name}")
            return done

        return watched


def _name(statement: str) -> str:
    """A statement in two words: its verb and its table."""
    if statement.lstrip().upper().startswith("UPDATE"):
        return f"update {statement.split()[1]}"
    found = VERB.match(statement)
    return f"{found[1].lower()} {found[2] or ''}".strip() if found else statement[:20]
