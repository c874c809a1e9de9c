"""Apply each saboteur alone to a copy of the code and run the test that must catch it.

`./run python -m tests.mutants [NAME...]`. Red: a saboteur that no test catches, or one that no longer applies.
A saboteur is a file NAME.mutant in this folder: the lines `file: ...` and `test: ...`, the text that is there and the
text that takes its place, each after a line `>>>>`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPIED = (
    "engine", "webapp", "frontend", "migrations", "bpmn", "forms", "tests", "tools", "docs", "setup.cfg",
    "pyproject.toml",
)  # fmt: skip
CACHE = ROOT / ".cache"
SECONDS = 400


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


def judge(saboteur: Saboteur) -> tuple[Saboteur, str]:
    """ "caught", or why not."""
    if (ROOT / saboteur.file).read_text().count(saboteur.old) != 1:
        return saboteur, "no longer applies"
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            source, target = ROOT / name, Path(folder) / name
            ignore = shutil.ignore_patterns("__pycache__", ".hypothesis", "dist", "node_modules")
            shutil.copytree(source, target, ignore=ignore) if source.is_dir() else shutil.copy(source, target)
        (Path(folder) / ".cache").symlink_to(CACHE)  # what tests install from npm stays there
        path = Path(folder) / saboteur.file
        path.write_text(path.read_text().replace(saboteur.old, saboteur.new))
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0", saboteur.test]
        environment = os.environ | {"PYTHONPATH": folder}
        try:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return saboteur, f"hung for {SECONDS} s"
    if done.returncode == 1:
        return saboteur, "caught"
    return (
        saboteur,
        "NOT caught" if done.returncode == 0 else f"test did not run: {done.stdout[-400:]}{done.stderr[-400:]}",
    )


def told(saboteur: Saboteur) -> tuple[Saboteur, str]:
    """What `judge` says, printed as soon as it is known."""
    _, verdict = judge(saboteur)
    print(f"{verdict:<12} {saboteur.name:<32} {saboteur.test}", flush=True)
    return saboteur, verdict


def main(names: list[str]) -> int:
    """Judge every saboteur, or the named ones; print the table."""
    CACHE.mkdir(exist_ok=True)
    chosen = [s for s in load() if not names or s.name in names]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(told, chosen))
    missed = [(s.name, verdict) for s, verdict in results if verdict != "caught"]
    print(f"{len(results) - len(missed)} passed, {len(missed)} failed")
    for name, verdict in missed:  # once more at the end: of a long log people see the end
        print(f"{name}: {verdict}")
    return 1 if missed or not results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
