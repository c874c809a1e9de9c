"""The page of a form works without a script: labels lead to inputs, errors to fields, what was typed is kept."""

from pathlib import Path

import pytest
from form_samples import A01, A02, WALK
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html

from engine import forms
from engine.errors import BadForm

ROOT = Path(__file__).parent.parent
SEED = {file.stem: forms.load(file.read_bytes(), file.name) for file in (ROOT / "forms").glob("*.json")}
ASKED: set[str] = set()  # the texts that were translated
PAGES = Environment(loader=FileSystemLoader(ROOT / "webapp/templates"), autoescape=True, undefined=StrictUndefined)
PAGES.globals["_"] = lambda text: ASKED.add(text) or text
PAGES.globals["translated"] = lambda error: PAGES.globals["_"](error.text).format(**dict(error.values))
PAGE = PAGES.from_string(
    '{% from "_form.html" import error_summary, form_fields with context %}'
    "<main>{{ error_summary(errors, form) }}<form>{{ form_fields(form, rows, errors) }}</form></main>"
)


def page(key, typed=None, variables=None):
    """The parsed page of a seed form, with the errors of what was typed."""
    errors = []
    if typed is not None:
        with pytest.raises(BadForm) as refused:
            forms.check(SEED[key], typed, variables or {})
        errors = refused.value.errors
    rows = forms.shown(SEED[key], variables or {}, typed)
    return html.fromstring(PAGE.render(form=SEED[key], rows=rows, errors=errors))


@pytest.mark.parametrize("key", sorted(SEED))
def test_every_input_has_a_label_and_every_field_its_inputs(key):
    tree = page(key)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    inputs = tree.xpath("//input | //select | //textarea")
    assert {one.get("id") for one in inputs} <= set(tree.xpath("//label/@for"))
    written = {field.key for field in SEED[key].fields if not field.readonly and field.kind != "computed"}
    assert {one.get("name") for one in inputs} == written
    assert not tree.xpath("//@style | //@onclick | //script | //@required")


@pytest.mark.parametrize("key", sorted(SEED))
def test_every_reference_leads_somewhere(key):
    tree = page(key, {})
    ids = set(tree.xpath("//@id"))
    assert {one for refs in tree.xpath("//@aria-describedby | //@aria-labelledby") for one in refs.split()} <= ids
    links = tree.xpath("//*[@class='errors']//a/@href")
    assert links and {link.removeprefix("#") for link in links} <= ids


@pytest.mark.parametrize(("key", "typed"), WALK)
def test_what_a_person_may_fill_in_is_on_the_page(key, typed):
    names = set(page(key).xpath("//@name"))
    assert set(typed) <= names


def test_what_was_typed_stands_there_again_beside_its_error():
    tree = page("a01", A01 | {"nilai_hps": "Rp 190 juta", "tgl_hps": "besok", "kode_rup": '"><b>'})
    assert tree.xpath("//*[@id='f-nilai_hps']/@value") == ["Rp 190 juta"]
    assert tree.xpath("//*[@id='f-nilai_hps']/@aria-invalid") == ["true"]
    assert tree.xpath("//*[@id='f-tgl_hps']/@type") == ["text"]
    assert tree.xpath("//*[@id='f-kode_rup']/@value") == ['"><b>'] and not tree.xpath(
        "//form//b[not(ancestor::*[@id])]"
    )
    assert tree.xpath("//input[@name='jenis'][@checked]/@value") == ["pembuatan"]
    assert tree.xpath("//input[@name='kak_memuat'][@checked]/@value") == A01["kak_memuat"]
    assert tree.xpath("//select[@name='metode']/option[@selected]/@value") == ["pengadaan_langsung"]
    assert "harus berupa tanggal" in tree.xpath("string(//*[@id='e-tgl_hps'])")


def test_a_date_that_can_be_read_stands_in_a_date_input():
    tree = page("a01", A01 | {"tgl_hps": "9 Februari 2026", "nilai_hps": ""})
    [date] = tree.xpath("//*[@id='f-tgl_hps']")
    assert (date.get("type"), date.get("value")) == ("date", "2026-02-09")
    assert "9 Februari 2026" in tree.xpath("string(//*[@id='h-tgl_hps'])")


def test_conditions_stand_in_words():
    tree = page("a03")
    assert "Isi hanya bila Sikap atas hasil pemilihan: Tidak sependapat." in tree.xpath("string(//*[@id='h-alasan'])")
    assert "Isi hanya bila Hasil pemilihan: Gagal." in page("a02").text_content()


def test_optional_things_are_folded_until_they_hold_something():
    assert page("a02").xpath("//details[not(@open)]/summary/text()") == ["Tambahan (boleh kosong)"]
    assert page("a02", A02 | {"kode_tender": "1"}).xpath("//details[@open]")


def test_few_choices_are_radios_and_many_a_list():
    tree = page("a01")
    assert tree.xpath("//fieldset[@role='radiogroup']//input[@type='radio']/@name")
    assert tree.xpath("//select/@name") == ["metode"]


def test_numbers_bring_their_keyboard():
    tree = page("a01")
    assert tree.xpath("//*[@id='f-nilai_hps']/@inputmode") == ["decimal"]
    assert tree.xpath("//*[@id='f-kode_rup']/@inputmode") == ["numeric"]
    assert tree.xpath("//*[@id='f-nilai_hps']/@class") == ["money"]


def test_a_value_of_the_case_is_shown_and_not_asked():
    tree = page("a01", variables={"nama_paket": "Aplikasi <Contoh>"})
    assert tree.xpath("string(//*[@id='f-nama_paket']/b)") == "Aplikasi <Contoh>"


def test_every_fixed_word_goes_through_translation():
    page("a01", {})
    assert {"(wajib)", "(boleh kosong)", "Pilih", "{label} wajib diisi."} <= ASKED
