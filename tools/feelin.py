"""feelin, another FEEL, for the tests that compare ours with it: installed from its lock into .cache/feelin.

Nothing found is an error that says what to do, never a reason to skip. Nothing of it is shipped or runs in a browser.
"""

import json
import shutil
import subprocess
from typing import Any

from tools.frontend import CACHE, ROOT, NotBuilt, install_packages, node_environment
from tools.prepare import held

SOURCE = ROOT / "tests" / "feelin"
HOME = CACHE / "feelin"
SECONDS = 300


class NoOracle(Exception):
    """There is no Node, or feelin could not be installed; the text says why."""


def answers(context: str, expressions: list[str]) -> list[Any]:
    """What feelin says to each, in the tagged form of engine.values; first the context itself. Raises NoOracle."""
    try:
        env = node_environment()
        with held(CACHE / "feelin.lock"):
            _install(env)
    except NotBuilt as error:
        raise NoOracle(
            f"feelin could not be installed: {error}. It needs Node >= 20.12 and the npm registry."
        ) from error
    node = shutil.which("node", path=env["PATH"])
    assert node, "node_environment() promises a node"
    done = subprocess.run(
        [node, str(SOURCE / "oracle.mjs"), str(HOME)],
        input=json.dumps([context, *expressions]), env=env, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise NoOracle(f"feelin did not answer: {done.stderr[-400:]}")
    return list(json.loads(done.stdout))


def _install(env: dict[str, str]) -> None:
    lock, made = (SOURCE / "package-lock.json").read_text(), HOME / ".stamp"
    if made.exists() and made.read_text() == lock:
        return
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, HOME)
    install_packages(HOME, env)
    made.write_text(lock)
