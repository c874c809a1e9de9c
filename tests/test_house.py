"""The house around the code: what ./run prepares, what the locks name, and which licences come with it."""

import configparser
import fcntl
import importlib.metadata
import json
import re
import time
from pathlib import Path

import pytest

from tests.mutants import __main__ as saboteurs
from tools import frontend, prepare

ROOT = Path(__file__).parent.parent
LOCKS = ("frontend/package-lock.json", "tests/browser/chromium/package-lock.json", "tests/feelin/package-lock.json")


def a_node(folder: Path, version: str) -> str:
    for name in ("node", "npm"):
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(("version", "usable"), [("20.20.2", True), ("24.0.0", True), ("18.19.1", False), ("x", False)])
def test_a_node_is_used_only_if_it_is_new_enough(tmp_path: Path, version: str, usable: bool) -> None:
    assert frontend.usable_node(a_node(tmp_path, version)) is usable


def test_a_node_without_npm_is_not_used(tmp_path: Path) -> None:
    folder = a_node(tmp_path, "22.0.0")
    (tmp_path / "npm").unlink()
    assert not frontend.usable_node(folder)


def test_assets_that_failed_lately_are_not_tried_again_until_their_sources_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend, "FAILED", tmp_path / "failed")
    assert not frontend.failed_lately("one")
    frontend.FAILED.write_text(json.dumps({"stamp": "one", "at": time.time() - 60}))
    assert frontend.failed_lately("one")
    assert not frontend.failed_lately("two")
    frontend.FAILED.write_text(json.dumps({"stamp": "one", "at": time.time() - frontend.RETRY_SECONDS - 1}))
    assert not frontend.failed_lately("one")


def test_only_one_run_prepares_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "cache" / "lock"
    with prepare.held(lock), lock.open() as second, pytest.raises(BlockingIOError):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with prepare.held(lock):
        pass


def test_the_locks_pin_by_hash_and_name_no_registry() -> None:
    for file in ("requirements.lock", "requirements-node.lock"):
        pinned = re.split(r"\n(?=\S)", (ROOT / file).read_text())
        assert all("==" in entry and "--hash=sha256:" in entry for entry in pinned), file
        assert "://" not in "".join(pinned), file
    for file in LOCKS:
        packages = json.loads((ROOT / file).read_text())["packages"]
        assert all("resolved" not in package for package in packages.values()), file
        assert all("integrity" in package for path, package in packages.items() if path), file


def test_nothing_that_is_installed_is_gpl_or_agpl() -> None:
    names = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.M)
    installed = {d.metadata["Name"].lower().replace("_", "-"): d.metadata for d in importlib.metadata.distributions()}
    for name in set(names) & set(installed):
        metadata = installed[name]
        words = [metadata.get("License-Expression"), metadata.get("License"), *(metadata.get_all("Classifier") or [])]
        licence = " ".join(word for word in words if word)
        assert not re.search(r"\bA?GPL|(?<!Lesser )General Public|Affero", licence), name


def test_what_only_tests_use_from_npm_is_free_and_not_bundled() -> None:
    packages = json.loads((ROOT / "tests/feelin/package-lock.json").read_text())["packages"]
    assert {package["license"] for package in packages.values()} <= {"MIT", "ISC", "Apache-2.0"}
    shipped = json.loads((ROOT / "frontend/package.json").read_text())
    assert "feelin" not in shipped["dependencies"] | shipped["devDependencies"]


def test_every_dependency_is_explained() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    extras = config["options.extras_require"]
    wanted = [config["options"]["install_requires"], *extras.values()]
    for folder in ("frontend", "tests/browser/chromium", "tests/feelin"):
        wanted += json.loads((ROOT / folder / "package.json").read_text())["dependencies"]
    explained = (ROOT / "docs/decisions/0001-dependencies.md").read_text().lower()
    for line in "\n".join(wanted).split():
        name = re.match(r"@?[\w./-]+", line).group()
        assert name.lower() in explained, name


def test_every_saboteur_applies_and_names_a_test_that_is_there() -> None:
    """Else it is known only when the saboteurs have run."""
    for saboteur in saboteurs.load():
        path, _, name = saboteur.test.partition("::")
        assert (ROOT / saboteur.file).read_text().count(saboteur.old) == 1, saboteur.name
        assert not name or f"def {name.partition('[')[0]}(" in (ROOT / path).read_text(), saboteur.name


def test_no_script_of_ours_writes_under_a_name_that_comes_from_elsewhere() -> None:
    """So none reaches the prototype of all objects. A computed name in an object literal is always the object's own."""
    scripts = [*ROOT.glob("frontend/src/*.js"), *ROOT.glob("webapp/static/*.js")]
    assert len(scripts) > 2
    for script in scripts:
        for number, line in enumerate(script.read_text().splitlines(), 1):
            found = re.search(r"[\w)]\[[^\]]+\]\s*[-+*/?&|]*=(?![=>])|__proto__|\bprototype\[", line)
            assert not found, f"{script.name}, {number}: use a Map"
