"""The antivirus scanner that the operator names: a command, asked about every file before it is stored."""

import logging
import os
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from typing import IO

from engine import programs
from engine.errors import BadValue, Infected

SETTING = "SOPAN_SCANNER"
CLEAN, FOUND = 0, 1  # exit codes; any other: it could not look
SECONDS = 60
LONGEST = 500  # bytes of what it says that are read
STDIN = "-"  # as the last word of the command: it reads the file there; else its path follows the last word
log = logging.getLogger("sopan.scanner")


def command(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The words of the scanner's command; none: files are not scanned."""
    text = environment.get(SETTING, "")
    try:
        return shlex.split(text)
    except ValueError:
        return [text]  # an open quote: the name of no program, so nothing is taken and doctor says why


def must_be_clean(name: str, source: IO[bytes]) -> None:
    """Raises Infected for a file in which the scanner finds something, BadValue where it cannot look: what was not
    looked at is not taken. Takes as long as the scanner does: never inside a transaction."""
    if not (words := command()):
        return
    source.seek(0)
    with tempfile.NamedTemporaryFile(prefix="sopan-scan-") as copy:
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        if words[-1] == STDIN:
            ended = programs.run(words, copy.file, SECONDS, LONGEST)
        else:
            ended = programs.run([*words, copy.name], None, SECONDS, LONGEST)
    said = " ".join(ended.said.decode(errors="replace").split())
    if ended.code == FOUND:
        log.warning("the scanner refused a file: %s", said)
        raise Infected(name=name, found=said.replace(copy.name, name))
    if ended.code != CLEAN:
        log.error("the scanner could not look (%s): %s", "no answer" if ended.code is None else ended.code, said)
        raise BadValue(
            "Berkas {name} belum dapat diperiksa dari virus, maka tidak disimpan. Coba lagi beberapa menit lagi.",
            name=name,
        )
