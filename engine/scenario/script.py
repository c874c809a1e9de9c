"""Reading a scenario file: YAML 1.2's core schema (or JSON), numbers as decimals, nothing ignored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import yaml

from engine import values
from engine.errors import BadValue
from engine.people import ZONE
from engine.values import Value

LARGEST = 1_000_000  # bytes
NOW = datetime(2026, 1, 5, 8, tzinfo=ZONE)  # a Monday
LONGEST_DIGITS = 30  # of a number of another base
DECIMAL = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
NOT_FINITE = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|NaN|[-+]?Infinity"
KEYS = frozenset(["name", "models", "now", "forms", "steps", "deploy", "element", "rule"])


@dataclass(frozen=True)
class Script:
    """A scenario as written. `files` are the models and forms it names, read."""

    file: str
    name: str
    now: datetime
    models: dict[str, bytes]
    forms: dict[str, bytes]
    steps: list[Value] = field(default_factory=list)
    refused: bool = False  # the models must be refused ...
    element: str | None = None  # ... naming this element
    rule: str | None = None  # ... by this rule


class _Loader(yaml.SafeLoader):
    """The core schema and nothing else: `no` and `2026-11-23` are strings, other tags are refused."""

    yaml_implicit_resolvers: dict[str, Any] = {}
    yaml_constructors: ClassVar[dict[Any, Any]] = {
        name: made
        for name, made in yaml.SafeLoader.yaml_constructors.items()
        if name is None or name.rpartition(":")[2] in ("null", "bool", "str", "seq")
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        if any(not isinstance(key, yaml.ScalarNode) for key, _ in node.value):
            raise BadValue("Nama dalam skenario harus berupa teks.")
        pairs = [(str(key.value), self.construct_object(value, True)) for key, value in node.value]
        return values.unique_keys(pairs)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise BadValue("Alias YAML (*nama) tidak diterima dalam skenario.")
        return super().compose_node(parent, index)


def _number(loader: _Loader, node: Any) -> Value:
    text = str(loader.construct_scalar(node))
    if (base := {"0x": 16, "0o": 8}.get(text[:2])) is not None:
        if len(text) > LONGEST_DIGITS:
            raise BadValue("Angka terlalu panjang.")
        text = str(int(text[2:], base))
    return values.number(text)


def _no_number(loader: _Loader, node: Any) -> Value:
    raise BadValue("{text} bukan angka. Bila teks, tulis dengan tanda petik.", text=str(loader.construct_scalar(node)))


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(rf"(?:{DECIMAL}|0x[0-9a-fA-F]+|0o[0-7]+)\Z"), list("-+.0123456789")
)
_Loader.add_implicit_resolver("!no-number", re.compile(rf"(?:{NOT_FINITE})\Z"), list("-+.NI"))
_Loader.add_constructor("tag:yaml.org,2002:float", _number)
_Loader.add_constructor("tag:yaml.org,2002:int", _number)
_Loader.add_constructor("!no-number", _no_number)
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_mapping)


def parse(text: bytes) -> Value:
    """The value of a YAML or JSON text. Raises BadValue."""
    if len(text) > LARGEST:
        raise BadValue("Berkas skenario terlalu besar.")
    try:
        return values.checked(yaml.load(text, _Loader))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise BadValue("Berkas skenario tidak terbaca: {why}", why=str(error).replace("\n", " ")) from error


def read(file: str) -> Script:
    """The scenario in a file, with the models and forms that it names. Raises BadValue."""
    path = Path(file)
    data = parse(_bytes(path))
    data = mapping(data, "Skenario")
    if unknown := set(data) - KEYS:
        raise BadValue("Kunci skenario tidak dikenal: {keys}.", keys=", ".join(sorted(unknown)))
    refused = data.get("deploy") == "refused"
    if "deploy" in data and (not refused or data.get("steps")):
        raise BadValue("`deploy` hanya boleh `refused`, dan tanpa `steps`.")
    if not refused and {"element", "rule"} & set(data):
        raise BadValue("`element` dan `rule` hanya bersama `deploy: refused`.")
    return Script(
        file=file,
        name=str(data.get("name") or path.stem),
        now=instant(data["now"]) if "now" in data else NOW,
        models=_files(path.parent, data.get("models") or "", "models"),
        forms=_files(path.parent, data.get("forms"), "forms"),
        steps=_list(data.get("steps"), "steps"),
        refused=refused,
        element=_text(data.get("element")),
        rule=_text(data.get("rule")),
    )


def instant(text: Value) -> datetime:
    """An ISO instant; without an offset, in Pontianak. Raises BadValue."""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=ZONE)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadValue("{text} bukan waktu ISO 8601.", text=str(text)) from error


def mapping(value: Value, what: str) -> Mapping[str, Value]:
    """A context, or an empty one for nothing. Raises BadValue."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadValue("{what} harus berupa pasangan nama dan nilai.", what=what)
    return value


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _files(folder: Path, names: Value, what: str) -> dict[str, bytes]:
    return {str(name): _bytes(folder / str(name)) for name in _list(names, what)}


def _list(value: Value, what: str) -> list[Value]:
    value = [] if value is None else value
    if not isinstance(value, list):
        raise BadValue("`{what}` harus berupa daftar.", what=what)
    return value


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadValue("{file} tidak terbaca: {why}.", file=str(path), why=error.strerror or "-") from error
