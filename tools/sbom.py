"""The list of all that Sopan is made of besides its own code: CycloneDX 1.6 from the locks, the same for the same ones.

`./run python -m tools.sbom > sopan.cdx.json`. What runs is `required`; what only builds and tests is `excluded`.
"""

import base64
import configparser
import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ("requirements.lock", "requirements-node.lock")
NODE = "frontend/package-lock.json"
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)", re.M)
Component = dict[str, Any]


def bom() -> dict[str, Any]:
    """The whole list."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    ours = config["metadata"]
    wanted = running([line for line in config["options"]["install_requires"].splitlines() if line])
    found = [one for file in PYTHON for one in python((ROOT / file).read_text(), wanted)]
    found += node(json.loads((ROOT / NODE).read_text()))
    product = {"type": "application", "name": ours["name"], "version": ours["version"], "bom-ref": ours["name"]}
    listed = {one["bom-ref"]: one for one in found}
    needs = [ref for ref, one in listed.items() if one["scope"] == "required"]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": product | {"licenses": [{"license": {"id": ours["license"]}}]}},
        "components": list(listed.values()),
        "dependencies": [{"ref": ours["name"], "dependsOn": needs}],
    }


def python(lock: str, wanted: set[str]) -> list[Component]:
    """The packages of a lock of pip."""
    found = []
    for entry in re.split(r"\n(?=\S)", lock):
        if match := PINNED.match(entry):
            name, version = match["name"].lower(), match["version"]
            hashes = [{"alg": "SHA-256", "content": one} for one in re.findall(r"sha256:([0-9a-f]{64})", entry)]
            purl = f"pkg:pypi/{name}@{version}"
            found.append(_component(name, version, purl, hashes, name in wanted, _licence(name)))
    return found


def node(lock: dict[str, Any]) -> list[Component]:
    """The packages of a lock of npm."""
    found = []
    for path, package in lock["packages"].items():
        if path:
            name, version = path.rpartition("node_modules/")[2], package["version"]
            kind, _, digest = package["integrity"].partition("-")
            hashes = [{"alg": kind.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}]
            purl = f"pkg:npm/{name.replace('@', '%40', 1)}@{version}"
            runs = not package.get("dev", False)
            found.append(_component(name, version, purl, hashes, runs, package.get("license", "")))
    return found


def running(names: list[str]) -> set[str]:
    """The packages that some requirements bring along here, with themselves."""
    found: set[str] = set()
    ahead = [Requirement(name) for name in names]
    while ahead:
        one = ahead.pop()
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        if name in found and not one.extras:
            continue
        found.add(name)
        needed = [Requirement(text) for text in metadata.requires(name) or []]
        extras = [{"extra": extra} for extra in ("", *one.extras)]
        ahead += [need for need in needed if not need.marker or any(need.marker.evaluate(extra) for extra in extras)]
    return found


def _component(name: str, version: str, purl: str, hashes: list[Any], runs: bool, licence: str) -> Component:
    scope = "required" if runs else "excluded"
    found = {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl, "scope": scope}
    return found | {"hashes": hashes} | ({"licenses": [{"license": {"name": licence}}]} if licence else {})


def _licence(name: str) -> str:
    """What an installed package says of its licence, in a line."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""  # for another platform
    said = told.get("License-Expression") or told.get("License") or ""
    classified = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License")]
    return said.splitlines()[0] if said and len(said) < 80 else ", ".join(classified)


if __name__ == "__main__":
    json.dump(bom(), sys.stdout, indent=1, ensure_ascii=False)
