"""Other programs: run without a shell, in a group of their own, for so long and no longer."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code (None: it did not start, or not end in time) and the beginning of what it
    said."""

    code: int | None
    said: bytes = b""


def run(
    command: Sequence[str], given: IO[bytes] | None, seconds: float, most: int, knows: Mapping[str, str] | None = None
) -> Ended:
    """Run a program on what it is given, as its standard input. `knows` is its environment, if not ours. Past its time
    it ends with all that it started."""
    with tempfile.TemporaryFile() as said:
        try:
            program = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL if given is None else given,
                stdout=said,
                stderr=subprocess.DEVNULL,
                env=knows,
                start_new_session=True,
            )
        except OSError:
            return Ended(None)  # not there, or not a program
        try:
            code: int | None = program.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)  # not waited for yet: the number is still its own
            program.wait()
            code = None
        said.seek(0)
        return Ended(code, said.read(most))
