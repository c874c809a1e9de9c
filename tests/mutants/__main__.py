"""Apply each saboteur alone to a copy of the code and run the test that must catch it.

`./run python -m tests.mutants [NAME...]`. Red: a saboteur that no test catches, or one that no longer applies.
A saboteur is a file NAME.mutant in this folder: the lines `file: ...` and `test: ...`, the text that is there and the
text that takes its place, each after a line `>>>>`.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.copies import Ran, changed, run, side_by_side

SECONDS = 400
RUNS = 3  # of a test that did not tell: two processes that race meet in most runs, not in each


@dataclass(frozen=True)
class Saboteur:
    """One change that must turn one test red."""

    name: str
    file: str
    test: str
    old: str
    new: str


def load() -> list[Saboteur]:
    """Every saboteur of this folder."""
    found = []
    for path in sorted(Path(__file__).parent.glob("*.mutant")):
        head, old, new = path.read_text().split("\n>>>>\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        found.append(Saboteur(path.stem, fields["file"], fields["test"], old, new.removesuffix("\n")))
    return found


def judge(tree: Path, saboteur: Saboteur) -> str:
    """ "caught", or why not."""
    path = tree / saboteur.file
    source = path.read_text()
    if source.count(saboteur.old) != 1:
        return "no longer applies"
    with changed(path, source.replace(saboteur.old, saboteur.new)):
        runs = (run(tree, ["-x", saboteur.test], SECONDS) for _ in range(RUNS))
        ran = next((one for one in runs if one.code != 0), Ran(0, ""))
    known = {0: f"NOT caught in {RUNS} runs", 1: "caught", None: f"hung for {SECONDS} s"}
    return known.get(ran.code, f"test did not run: {ran.text[-800:]}")


def told(tree: Path, saboteur: Saboteur) -> str:
    """What `judge` says, printed as soon as it is known."""
    began = perf_counter()
    verdict = judge(tree, saboteur)
    print(f"{verdict:<12} {saboteur.name:<36} {perf_counter() - began:4.0f} s  {saboteur.test}", flush=True)
    return verdict


def main(names: list[str]) -> int:
    """Judge every saboteur, or the named ones; print the table."""
    chosen = [s for s in load() if not names or s.name in names]
    verdicts = zip(chosen, side_by_side(told, chosen), strict=True)
    missed = [f"{saboteur.name}: {verdict}" for saboteur, verdict in verdicts if verdict != "caught"]
    print(f"{len(chosen) - len(missed)} passed, {len(missed)} failed", *missed, sep="\n")  # the end is what people see
    return 1 if missed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
