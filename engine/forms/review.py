"""What is wrong with a form file: every problem names the file and the component, so that an analyst can find it."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from engine import feel
from engine.errors import Problem
from engine.forms import grammar, names, patterns

MOST_COMPONENTS = 300
Found = Iterator[tuple[str | None, str, str]]  # component, rule, message


def review(data: Any, file: str) -> list[Problem]:
    """Every problem of a form's JSON; none means that it can be read."""
    if not isinstance(data, dict):
        return [Problem(file, None, "form-json", "error", "Formulir harus berupa objek JSON.")]
    return [Problem(file, where, rule, "error", message) for where, rule, message in _form(data, PurePath(file).stem)]


def walk(components: Any, depth: int = 0) -> Iterator[tuple[dict[str, Any], int]]:
    """Every component with the number of groups around it, in the order of the file."""
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict):
            yield component, depth
            if component.get("type") == "group":
                yield from walk(component.get("components"), depth + 1)


def _form(data: Mapping[str, Any], stem: str) -> Found:
    yield from _keys(None, data, grammar.FORM, "formulir")
    if data.get("type") != "default":
        yield None, "form-type", 'Formulir harus memiliki "type": "default".'
    if data.get("id") != stem:
        yield None, "form-id", f'"id" formulir harus sama dengan nama berkasnya: {stem}.'
    found = list(walk(data.get("components")))
    if not 0 < len(found) <= MOST_COMPONENTS:
        yield None, "form-size", f"Formulir harus memuat 1 sampai {MOST_COMPONENTS} komponen."
        return
    seen: set[str] = set()
    for number, (component, depth) in enumerate(found, 1):
        where = name_of(component, number)
        yield from _component(where, component, depth)
        if component.get("type") not in grammar.NOT_FIELDS:
            yield from _key(where, component.get("key"), seen)
    yield from _strangers(data.get("components"))


def name_of(component: Mapping[str, Any], number: int) -> str:
    """How a problem names a component: its key, else its id, else its place in the file."""
    name = component.get("key") or component.get("id")
    return name[:100] if isinstance(name, str) else f"komponen ke-{number}"


def _strangers(components: Any) -> Found:
    for component in components if isinstance(components, list) else []:
        if not isinstance(component, dict):
            yield None, "form-component", "Setiap komponen harus berupa objek JSON."
        elif component.get("type") == "group":
            yield from _strangers(component.get("components"))


def _component(where: str, component: Mapping[str, Any], depth: int) -> Found:
    kind = component.get("type")
    table = grammar.COMPONENTS.get(kind) if isinstance(kind, str) else None
    if table is None:
        yield where, "form-component", _unsupported(kind)
        return
    yield from _keys(where, component, table, f"komponen {kind}")
    yield from _keys(where, _map(component, "validate"), grammar.VALIDATE, "validate")
    ours = {key: value for key, value in _map(component, "properties").items() if str(key).startswith("sopan:")}
    yield from _keys(where, ours, grammar.PROPERTIES, "properties")
    if kind == "group" and depth:
        yield where, "form-group", "Kelompok di dalam kelompok tidak didukung."
    if kind in ("radio", "select", "checklist") and "values" not in component:
        yield where, "form-value", 'Pilihan harus tertulis dalam "values".'
    if kind not in grammar.NOT_FIELDS and not (component.get("label") or component.get("dateLabel")):
        yield where, "form-label", "Setiap isian harus memiliki label."
    yield from _types(where, str(kind), ours)
    if ours.get("sopan:late") == "true" and not _may_be_late(component, ours):
        text = '"sopan:late" hanya untuk teks atau tanggal yang wajib diisi ("required": true) dan bukan data pribadi.'
        yield where, "form-value", text
    yield from _expressions(where, component, ours)


def _unsupported(kind: Any) -> str:
    if kind in ("filepicker", "documentPreview"):
        return "Unggahan berkas bukan bagian formulir: tulis sebagai kelengkapan tugas dalam diagram."
    return f"Komponen {str(kind)[:40]!r} tidak didukung."


def _keys(where: str | None, data: Mapping[str, Any], table: Mapping[str, grammar.Fits], of: str) -> Found:
    for key, value in data.items():
        if key not in table:
            yield where, "form-key", f"{str(key)[:60]!r} tidak didukung pada {of}."
        elif not table[key](value):
            yield where, "form-value", f"Isi {key!r} pada {of} tidak dapat dipakai."


def _key(where: str, key: Any, seen: set[str]) -> Found:
    if not isinstance(key, str):
        yield where, "form-name", 'Setiap isian harus memiliki "key".'
        return
    if why := names.complaint(key):
        yield where, "form-name", why
    if key in seen:
        yield where, "form-duplicate", f"Nama isian {key!r} dipakai dua kali."
    seen.add(key)


def _types(where: str, kind: str, ours: Mapping[str, Any]) -> Found:
    named = ours.get("sopan:type")
    allowed = {"textfield": grammar.TYPES, "number": grammar.TYPES_OF_NUMBER}.get(kind, ())
    if named is not None and named not in allowed:
        yield where, "form-value", f"Jenis {str(named)[:40]!r} tidak dapat dipakai pada komponen {kind}."
    if "sopan:check" in ours and not ours.get("sopan:message"):
        yield where, "form-message", 'Pemeriksaan "sopan:check" memerlukan kalimat "sopan:message".'
    if ours.get("sopan:open") == ours.get("sopan:personal") == "true":
        yield where, "form-value", 'Data pribadi tidak dapat dibuka untuk pihak luar ("sopan:open").'
    if "sopan:fold" in ours and kind != "group":
        yield where, "form-value", '"sopan:fold" hanya untuk kelompok.'


def _may_be_late(component: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Whether the number or date of a letter may stand here: text or a date, required, and written by this form."""
    kind, written = component.get("type"), not (component.get("readonly") or component.get("disabled"))
    text = kind == "textfield" and ours.get("sopan:type") not in grammar.TYPES_OF_NUMBER
    day = kind == "datetime" and component.get("subtype", "date") == "date"
    public = ours.get("sopan:personal") != "true"
    return bool((text or day) and public and written and _map(component, "validate").get("required"))


def _expressions(where: str, component: Mapping[str, Any], ours: Mapping[str, Any]) -> Found:
    texts = {key: ours[key] for key in grammar.EXPRESSIONS if key in ours}
    if "hide" in _map(component, "conditional"):
        texts["conditional.hide"] = _map(component, "conditional")["hide"]
    if component.get("type") == "expression":
        texts["expression"] = component.get("expression", "")
    for key, text in texts.items():
        if isinstance(text, str) and (text or key == "expression") and (why := _feel_error(text)):
            yield where, "form-feel", f"FEEL pada {key!r} tidak terbaca: {why}"
    pattern = _map(component, "validate").get("pattern")
    if isinstance(pattern, str) and pattern and (why := patterns.complaint(pattern)):
        yield where, "form-pattern", why


def _feel_error(text: str) -> str | None:
    try:
        feel.compile(text)
    except feel.FeelError as error:
        return str(error)
    return None


def _map(component: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = component.get(key)
    return found if isinstance(found, dict) else {}
