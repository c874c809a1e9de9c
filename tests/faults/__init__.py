"""Faults: what can go wrong under a running product, done to it on purpose, with what must hold afterwards."""

import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parent.parent))  # where pytest finds `backends`, and `python -m` does not
