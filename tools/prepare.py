"""Makes what `run` found missing or out of date: .venv from the lock, the browser assets from frontend/.

Standard library only: it runs before anything is installed. Two runs that start at once wait for each other.
"""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PIP = [str(PYTHON), "-m", "pip", "-qq", "--disable-pip-version-check"]


class Unprepared(Exception):
    """Something that the program needs could not be made; the text says what to do."""


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Nobody else prepares meanwhile; the kernel lets go of the lock when this process ends, however it ends."""
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another ./run is preparing; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """One line for the person at the terminal; stdout belongs to the command that runs afterwards."""
    print(f"run: {text}", file=sys.stderr, flush=True)


def is_fresh(folder: Path, stamp: str) -> bool:
    """Whether the folder was made from the sources that the stamp stands for."""
    file = folder / ".stamp"
    return file.exists() and file.read_text().strip() == stamp


def prepare_venv(stamp: str) -> None:
    """Installs exactly what the lock names, by hash, and the project itself in editable form."""
    if is_fresh(VENV, stamp) and PYTHON.exists():
        return
    say("installing what requirements.lock names into .venv (the first time this takes a minute)")
    if not install_by_uv():
        install_by_pip()
    (VENV / ".stamp").write_text(stamp)


def install_by_uv() -> bool:
    """The quick way, where uv is on PATH; False if there is none or it failed, then pip does it."""
    uv = shutil.which("uv")
    if uv is None or uv.startswith(str(VENV)):
        return False
    steps = [
        *([] if PYTHON.exists() else [[uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]]),
        [uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", "requirements.lock"],
        [uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--no-deps", "--no-build-isolation", "-e", "."],
    ]
    if all(subprocess.run(step, cwd=ROOT).returncode == 0 for step in steps):
        return True
    say("uv could not install it; trying with pip")
    return False


def install_by_pip() -> None:
    """The way that needs only Python."""
    if not PYTHON.exists() or subprocess.run([*PIP, "--version"], capture_output=True).returncode:
        make_venv()
    for step in (
        ["install", "--require-hashes", "-r", "requirements.lock"],
        ["install", "--no-deps", "--no-build-isolation", "-e", "."],
    ):
        if subprocess.run([*PIP, *step], cwd=ROOT).returncode:
            raise Unprepared("pip could not install what requirements.lock names; the reason stands above")


def make_venv() -> None:
    """An empty .venv with pip in it."""
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Unprepared(
            f"this Python ({sys.executable}) cannot make a virtual environment: its module venv or ensurepip is "
            f"missing or broken.\n  Debian, Ubuntu: apt-get install python{version}-venv   or put uv on PATH\n"
            f"  {(made.stderr or made.stdout).strip()}"
        )


def prepare(venv: str, assets: str) -> None:
    """Brings .venv and the assets up to the two stamps; assets that cannot be built are a loss, not a failure."""
    with held(CACHE / "prepare.lock"):
        prepare_venv(venv)
        subprocess.run([str(PYTHON), str(ROOT / "tools" / "frontend.py"), assets], cwd=ROOT)


if __name__ == "__main__":
    try:
        prepare(*sys.argv[1:])
    except Unprepared as error:
        say(str(error))
        sys.exit(4)
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)
