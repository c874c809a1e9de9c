"""Judge a batch of mutants, one line each: `python tests/fuzz_batch.py SEED COUNT FOLDER [SECONDS]`.

A line is the mutant's seed, before it is judged, and then what became of it; what failed is written to FOLDER.
"""

import sys
import time
from pathlib import Path

from fuzz_judge import judge
from fuzz_mutations import mutant


def main(seed: str, count: str, folder: str, seconds: str = "1e9") -> None:
    """Until all are judged or the seconds are over."""
    end = time.monotonic() + float(seconds)
    for number in range(int(count)):
        name = f"{seed}/{number}"
        print(name, end="\t", flush=True)
        source, xml = mutant(name)
        verdict = judge(xml, name)
        print(source, verdict.kind, verdict.steps, f"{verdict.seconds:.2f}", repr(verdict.why), sep="\t", flush=True)
        if verdict.kind == "FAILED":
            Path(folder, f"{name.replace('/', '-')}.bpmn").write_bytes(xml)
        if time.monotonic() > end:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
