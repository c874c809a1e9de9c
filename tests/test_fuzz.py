"""Changed models: refused naming an element, or deployed and walked like the oracle. Never an exception, never a hang.

SOPAN_FUZZ mutants (default 400), from the seed SOPAN_FUZZ_SEED. What failed once is in fuzz_kept/, by what must become
of it; a new failure is written to .cache/fuzz/ (`python tests/fuzz_shrink.py` makes it small).
"""

import os
import subprocess
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
from fuzz_judge import KINDS, judge
from fuzz_mutations import mutant

ROOT = Path(__file__).parent.parent
MUTANTS = int(os.environ.get("SOPAN_FUZZ", "400"))
SEED = os.environ.get("SOPAN_FUZZ_SEED", "sopan")
FAILED = ROOT / ".cache" / "fuzz"
KEPT = sorted((ROOT / "tests" / "fuzz_kept").glob("*/*.bpmn"))
FAIR = {"refused": 0.35, "agreed": 0.15, "walked": 0.003}  # the least share of each
ENOUGH = 12  # seconds of one that is kept
WALKS = 8  # of each that is kept


@lru_cache(maxsize=1)
def lines() -> list[list[str]]:
    """[seed, model, kind, steps, seconds, why] of every mutant; judged in a process of its own that may hang."""
    FAILED.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "tests/fuzz_batch.py", SEED, str(MUTANTS), str(FAILED)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        out, error = done.communicate(timeout=60 + MUTANTS)
    except subprocess.TimeoutExpired:
        done.kill()
        out, error = done.communicate()
    found = [line.split("\t") for line in out.splitlines()]
    assert len(found) == MUTANTS and len(found[-1]) == 6, f"hung or died at {found[-1:]}: {error[-2000:]}"
    return found


def test_every_mutant_is_refused_by_name_or_walks_like_the_oracle() -> None:
    failed = ["\t".join(line) for line in lines() if line[2] not in ("refused", "agreed", "walked")]
    assert not failed, "\n".join(failed[:10])


def test_a_fair_share_of_the_mutants_comes_to_each_end(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter(line[2] for line in lines())
    steps = sum(int(line[3]) for line in lines())
    with capsys.disabled():
        print("\nmutants", MUTANTS, *(f"{kind} {counts[kind]}" for kind in KINDS), "steps alike", steps, sep="  ")
    assert all(counts[kind] >= share * MUTANTS for kind, share in FAIR.items()), counts
    assert steps >= 2 * counts["agreed"]


def test_many_rules_refuse_and_many_models_walk() -> None:
    """Else the changes would all be of one kind."""
    rules = {line[5] for line in lines() if line[2] == "refused"}
    walked = {line[1] for line in lines() if line[2] == "agreed"}
    assert len(rules) >= min(15, MUTANTS // 20) and len(walked) >= min(60, MUTANTS // 10)


def test_a_seed_gives_the_same_mutant_again() -> None:
    assert mutant("a/1") == mutant("a/1") != mutant("a/2")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_failed_once_does_not_fail_again(path: Path) -> None:
    """The folder says what must become of it."""
    walks = 1 if path.stem.startswith("endless") else WALKS
    wanted = {"refused": {"refused"}, "runs": {"agreed", "walked"}}[path.parent.name]
    for seed in range(walks):
        verdict = judge(path.read_bytes(), str(seed), ENOUGH)
        assert verdict.kind in wanted, verdict
