"""Every benchmark runs: at a tiny size, so that none rots. What it measures is said only by a run for its own sake."""

import importlib
from pathlib import Path

import pytest

from bench.__main__ import NAMES
from bench.figures import TINY

SHARED = {"__init__", "__main__", "figures", "folder"}
MAY_BE_NEGATIVE = "cost of the hash chain"  # a difference of two rates: noise, at this size


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs(name: str) -> None:
    rows = list(importlib.import_module(f"bench.{name}").measure(TINY))
    assert rows
    for what, figures, _ in rows:
        assert figures and (what.startswith(MAY_BE_NEGATIVE) or all(float(figure) > 0 for figure in figures)), what


def test_every_module_is_run_or_shared() -> None:
    files = {path.stem for path in (Path(__file__).parent.parent / "bench").glob("*.py")}
    assert files == set(NAMES) | SHARED
