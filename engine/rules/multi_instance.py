"""A multi-instance activity knows how many items it has, what each takes and gives, and when it is done (10.3.8)."""

from collections.abc import Iterator

from lxml import etree

from engine.definition import Definition
from engine.rules._expressions import unreadable
from engine.rules._tree import children, content, flag, inner, place, variable

SEVERITY = "error"
MOST = 1_000_000


def check(process: Definition) -> Iterator[tuple[str | None, str]]:
    """Each multi-instance marker, named by its activity."""
    for activity in inner(process):
        markers = children(activity, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
        if len(markers) > 1:
            yield place(activity), "Satu aktivitas hanya punya satu penanda pengulangan. Sisakan satu."
        for marker in markers:
            if marker in children(activity, "multiInstanceLoopCharacteristics"):
                yield from ((place(activity), message) for message in (*_count(marker), *_items(marker), *_end(marker)))
                if flag(activity, "triggeredByEvent"):
                    yield place(activity), "Subproses peristiwa tidak dapat berulang. Hapus penanda multi-butirnya."


def _count(marker: etree._Element) -> Iterator[str]:
    """How many items: a number or a collection, one of the two."""
    numbers, collections = children(marker, "loopCardinality"), children(marker, "loopDataInputRef")
    if numbers and collections:
        yield "Jumlah butir ditulis dua kali. Sisakan loopCardinality atau loopDataInputRef, jangan keduanya."
    elif not numbers and not collections:
        yield "Jumlah butir belum ditentukan. Isi loopCardinality (angka atau FEEL) atau loopDataInputRef (daftar)."
    for number in numbers:
        text = content(number)
        if not text:
            yield "loopCardinality masih kosong. Tulis angka, atau FEEL seperti count(peserta)."
        elif why := unreadable(text):
            yield f"loopCardinality bukan angka atau FEEL yang benar. {why}"
        elif text.lstrip("-").replace(".", "", 1).isdigit() and not (text.isdigit() and int(text[:9]) <= MOST):
            yield f"loopCardinality “{text[:20]}” bukan bilangan bulat dari 0 sampai {MOST}. Perbaiki angkanya."
    for collection in collections:
        if not content(collection):
            yield "loopDataInputRef masih kosong. Tulis nama variabel yang berisi daftarnya."


def _items(marker: etree._Element) -> Iterator[str]:
    """What an item takes and gives: an item needs its list, and a list its item."""
    taken, given = children(marker, "inputDataItem"), children(marker, "outputDataItem")
    collected = children(marker, "loopDataOutputRef")
    if taken and not children(marker, "loopDataInputRef"):
        yield "inputDataItem tanpa loopDataInputRef: tidak ada daftarnya. Isi loopDataInputRef, atau hapus butirnya."
    if given and not collected:
        yield "outputDataItem tanpa loopDataOutputRef: tidak ada yang mengumpulkan. Isi loopDataOutputRef."
    if collected and not given:
        yield "loopDataOutputRef tanpa outputDataItem: tidak ada yang dikumpulkan. Isi outputDataItem."
    if any(not content(reference) for reference in collected):
        yield "loopDataOutputRef masih kosong. Tulis nama variabel yang menampung hasilnya."
    if any(not variable(item) for item in taken + given):
        yield "inputDataItem dan outputDataItem perlu nama variabel. Isi atribut name."


def _end(marker: etree._Element) -> Iterator[str]:
    """When the rest is cancelled, and the behaviours that throw events, which are not executed."""
    for condition in children(marker, "completionCondition"):
        if why := unreadable(content(condition)):
            yield f"completionCondition bukan FEEL yang benar. {why}"
    if (behavior := marker.get("behavior", "All")) != "All" or children(marker, "complexBehaviorDefinition"):
        yield f"behavior “{behavior[:20]}” melempar peristiwa tiap butir; itu tidak dijalankan. Hapus, atau pakai All."
