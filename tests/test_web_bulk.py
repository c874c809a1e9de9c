"""Several tasks at once, from the inbox: each done for itself, and told what became of it."""

from browsing import KEY, Visitor
from test_people import Cast
from walks import Walk

from engine.database import Database


def test_several_are_taken_and_those_that_cannot_be_say_why(deployed: Database, cast: Cast) -> None:
    walks = [Walk(deployed, cast, number=n) for n in (1, 2, 3)]
    ids = [walk.item("A01").id for walk in walks]
    Visitor(deployed, "ppk2").post(f"/tugas/{ids[1]}/ambil")
    ppk = Visitor(deployed, "ppk")
    answer = ppk.post("/tugas/sekaligus", {"pilih": [*ids, "tidak-ada"], "aksi": "ambil"})
    page = ppk.page(answer.location).text_content()
    assert "2 tugas sekarang Anda pegang." in page and "sedang dipegang oleh Bonifasius Lintang" in page
    assert [walk.item("A01").holder for walk in walks] == [cast["ppk"].id, cast["ppk2"].id, cast["ppk"].id]


def test_several_are_handed_on_once_however_often_the_form_is_sent(deployed: Database, cast: Cast) -> None:
    walks = [Walk(deployed, cast, number=n) for n in (1, 2)]
    ids, ppk = [walk.item("A01").id for walk in walks], Visitor(deployed, "ppk")
    ppk.post("/tugas/sekaligus", {"pilih": ids, "aksi": "ambil"})
    given = {
        "pilih": ids,
        "aksi": "serahkan",
        "kepada": cast["ppk2"].id,
        "disposisi": "Mohon hari ini.",
        "request": KEY,
    }
    for _ in range(2):
        answer = ppk.post("/tugas/sekaligus", given)
        assert "2 tugas diserahkan." in ppk.page(answer.location).text_content()
    ppk2 = Visitor(deployed, "ppk2")
    assert "dari Rahmawati Siregar" in ppk2.words("/?lihat=diserahkan")
    assert "Mohon hari ini." in ppk2.words(f"/tugas/{ids[0]}")
    assert "Diserahkan kepada saya" not in ppk.words("/")


def test_nothing_chosen_is_told(deployed: Database, cast: Cast) -> None:
    assert Visitor(deployed, "ppk").post("/tugas/sekaligus", {"aksi": "ambil"}).status_code == 422


def test_another_lanes_steps_are_not_taken_in_a_heap(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    Visitor(deployed, "pphp").post("/tugas/sekaligus", {"pilih": [walk.item("A01").id], "aksi": "ambil"})
    assert walk.item("A01").holder is None
