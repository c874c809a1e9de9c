"""Copies of the tree in which one thing is changed, and their tests: what tests.mutants and tests.rights judge with.

A tree serves many changes, one after another. Tests run in a process forked from one that has imported what is not
ours: starting Python, pytest, Flask, SQLAlchemy and SpiffWorkflow anew took longer than most of the tests.
"""

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from time import time
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
LEFT = shutil.ignore_patterns(
    ".git", ".venv", ".*cache", ".hypothesis", "__pycache__", "node_modules", "instance"
)  # all else is there: a test that is green in the tree is green in its copy
CACHE = ROOT / ".cache"  # what tests install from npm stays there
OPTIONS = (
    "-q", "-p", "no:cacheprovider", "-n", "0", "--hypothesis-seed=0",
    "-W", "ignore::pytest.PytestAssertRewriteWarning",  # pytest's plugins are imported already
)  # fmt: skip
FOREIGN = """
import json, sys
import tests.conftest, webapp.cli
from _hypothesis_pytestplugin import pytest_configure
names = [n for n, m in sys.modules.items() if "site-packages" in (getattr(m, "__file__", "") or "")]
print(json.dumps([n for n in names if not n.startswith("__")]))
"""
FORKS = multiprocessing.get_context("forkserver")
WHAT, VERDICT = TypeVar("WHAT"), TypeVar("VERDICT")
_times = count(int(time()))  # no two states of a file have one time, by which Python knows what it has compiled


@dataclass(frozen=True)
class Ran:
    """How a run of pytest ended: its exit code, None if it did not end in time, and what it printed."""

    code: int | None
    text: str


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the tree."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT, folder, ignore=LEFT, dirs_exist_ok=True)
        CACHE.mkdir(exist_ok=True)
        (Path(folder) / ".cache").symlink_to(CACHE)
        yield Path(folder)


@contextmanager
def changed(path: Path, text: str) -> Iterator[None]:
    """The file with another text, and as it was again."""
    before = path.read_text()
    try:
        _write(path, text)
        yield
    finally:
        _write(path, before)


def run(tree: Path, tests: list[str], seconds: float) -> Ran:
    """Let pytest run these tests in that tree."""
    with tempfile.NamedTemporaryFile("r") as out:
        process = FORKS.Process(target=_pytest, args=(str(tree), [*OPTIONS, *tests], out.name))
        process.start()
        process.join(seconds)
        code = process.exitcode
        if code is None:
            process.kill()
            process.join()
        shutil.rmtree(tree / ".hypothesis", ignore_errors=True)  # no test knows what was found before
        return Ran(code, out.read())


def side_by_side(judge: Callable[[Path, WHAT], VERDICT], these: list[WHAT]) -> list[VERDICT]:
    """What `judge` says of each in a tree of its own, two at a time, in their order."""
    FORKS.set_forkserver_preload(_foreign())
    with ExitStack() as stack:
        trees: SimpleQueue[Path] = SimpleQueue()
        for _ in range(2):
            trees.put(stack.enter_context(copied()))

        def judged(one: WHAT) -> VERDICT:
            tree = trees.get()
            try:
                return judge(tree, one)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(judged, these))


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    os.utime(path, (when := next(_times), when))


def _foreign() -> list[str]:
    """The modules that the tests import and that are not ours."""
    command = [sys.executable, "-c", FOREIGN]
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    env = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return names


def _pytest(tree: str, arguments: list[str], out: str) -> None:
    """In the forked process: nothing of this tree's own modules is known yet but this one, which is forgotten."""
    for name in [one for one in sys.modules if one.partition(".")[0] == "tests"]:
        del sys.modules[name]
    sys.path[:] = [tree, *(one for one in sys.path if Path(one or ".").resolve() != ROOT)]
    sys.dont_write_bytecode = False  # what is not changed is compiled once
    os.environ["PYTHONPATH"] = tree
    os.chdir(tree)
    with open(out, "w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    import pytest

    sys.exit(pytest.main(arguments))
