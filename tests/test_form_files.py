"""Form files: what they may say, and how the rest is refused."""

import json

import pytest
from form_samples import field_of, form_of
from hypothesis import given
from hypothesis import strategies as st

from engine import forms
from engine.errors import Rejected
from engine.forms import patterns


def rules_of(*components, **more):
    """The rules that a refused file breaks, with the component."""
    with pytest.raises(Rejected) as refused:
        form_of(*components, **more)
    assert all(problem.file == "uji.json" and problem.severity == "error" for problem in refused.value.problems)
    return {(problem.element, problem.rule) for problem in refused.value.problems}


BAD = [
    ({"type": "html", "id": "H", "content": "<b>"}, ("H", "form-component")),
    ({"type": "iframe", "id": "H", "url": "x"}, ("H", "form-component")),
    ({"type": "filepicker", "id": "H", "key": "x"}, ("x", "form-component")),
    ({"type": ["x"], "id": "H"}, ("H", "form-component")),
    (field_of("rupiah", valuesKey="x"), ("isi", "form-key")),
    (field_of("bilangan"), ("isi", "form-value")),
    (field_of("nip") | {"type": "number"}, ("isi", "form-value")),
    (field_of("nip", label=""), ("isi", "form-label")),
    (field_of("nip", label="=besok"), ("isi", "form-value")),
    (field_of("nip", readonly="=true"), ("isi", "form-value")),
    (field_of("nip", validate={"custom": 1}), ("isi", "form-key")),
    (field_of("nip", validate={"pattern": "(a+)+$"}), ("isi", "form-pattern")),
    (field_of("nip", validate={"pattern": "("}), ("isi", "form-pattern")),
    (field_of("nip", conditional={"hide": "= a ="}), ("isi", "form-feel")),
    (field_of("nip", properties={"sopan:check": "isi ="}), ("isi", "form-feel")),
    (field_of("nip", properties={"sopan:personal": "true", "sopan:open": "true"}), ("isi", "form-value")),
    (field_of("nip", properties={"sopan:check": "isi = 1"}), ("isi", "form-message")),
    (field_of("nip", properties={"sopan:chek": "isi = 1"}), ("isi", "form-key")),
    (field_of("rupiah", defaultValue="x"), ("isi", "form-value")),
    (field_of("nomor_surat", properties={"sopan:late": "true"}), ("isi", "form-value")),  # not required
    (field_of("rupiah", validate={"required": True}, properties={"sopan:late": "true", "sopan:type": "rupiah"}),
     ("isi", "form-value")),
    ({"type": "checkbox", "id": "B", "key": "b", "label": "B", "validate": {"required": True},
      "properties": {"sopan:late": "true"}}, ("b", "form-value")),
    ({"type": "radio", "id": "R", "key": "r", "label": "R"}, ("r", "form-value")),
    ({"type": "radio", "id": "R", "key": "r", "label": "R", "values": []}, ("r", "form-value")),
    ({"type": "group", "id": "G", "components": [{"type": "group", "id": "H", "components": []}]}, ("H", "form-group")),
    ({"type": "group", "id": "G", "path": "a", "components": []}, ("G", "form-value")),
    (7, (None, "form-component")),
]  # fmt: skip


@pytest.mark.parametrize(("component", "problem"), BAD)
def test_what_a_file_may_not_say_is_refused_with_its_component(component, problem):
    assert problem in rules_of(component, {"type": "textfield", "id": "Z", "key": "zz", "label": "Z"})


@pytest.mark.parametrize(
    "name", ["if", "date", "typename", "__init__", "_x", "loopCounter", "True", "nilai hps", "é", "a-b", "x" * 99]
)
def test_reserved_names_are_refused(name):
    assert rules_of(field_of("nip", key=name)) == {(name, "form-name")}


def test_a_name_stands_once():
    assert ("isi", "form-duplicate") in rules_of(field_of("nip"), field_of("npwp"))


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b"{}", b'{"a": 1, "a": 2}', b"[" * 100000, b"null", b" " * 1_000_001, b'{"components": 3}'],
)
def test_a_broken_file_is_refused_in_words(content):
    with pytest.raises(Rejected):
        forms.load(content, "uji.json")


def test_a_form_is_named_like_its_file():
    assert rules_of(field_of("nip"), id="lain") == {(None, "form-id")}


KEYS = st.sampled_from(["type", "key", "components", "values", "validate", "properties", "layout", "label"])
WORDS = st.sampled_from(["textfield", "group", "radio", "isi", "", "="])


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | WORDS, lambda x: st.lists(x) | st.dictionaries(KEYS, x))
)
def test_any_json_is_refused_in_words(data):
    whole = {"type": "default", "id": "uji", "components": [data, {"type": "group", "path": "x", "components": data}]}
    for content in (data, whole):
        with pytest.raises(Rejected):
            forms.load(json.dumps(content).encode(), "uji.json")


@pytest.mark.parametrize(
    "pattern", [r"(a|a)*$", r"\d+\d+\d+x", r"(?=a)a", r"(a)\1", r"(a+){20}", r"(\d{1,3}){50}", r"(?P<x>a)", "a" * 201]
)
def test_patterns_that_may_run_away_are_refused(pattern):
    assert patterns.complaint(pattern)


def test_plain_patterns_are_used():
    assert patterns.complaint(r"^[0-9]{3}-(?:A|B)?[a-z]+$") is None
    assert patterns.fits(r"^[0-9]{3}$", "123") and not patterns.fits(r"^[0-9]{3}$", "1234")
