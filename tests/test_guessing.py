"""What is guessed is no password: the commonest, what is made of them, and what whoever knows the owner tries."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from engine import accounts
from engine.accounts import guessing, passwords
from engine.accounts.guessing import is_guessed
from engine.errors import BadForm

COMMONEST = FREQUENCY_LISTS["passwords"]
HERE = (Path(__file__).parent / "common_passwords.txt").read_text().split()  # what people here are known to choose
OTHERS = [HERE, [one for one in COMMONEST if len(one) >= passwords.SHORTEST]]
SLOWEST = "4@8({[<369!1|0$5+7%2/" * 50  # each sign stands for several letters


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns at every chance."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def outlast(tried: list[str]) -> list[str]:
    return [one for one in tried if not is_guessed(one, ()) and not any(word in one for word in passwords.OURS)]


@pytest.mark.parametrize("tried", OTHERS, ids=["here", "anywhere"])
def test_no_common_password_is_accepted(tried: list[str]) -> None:
    assert len(tried) > 200 and outlast(tried) == []


def test_of_three_thousand_passwords_made_of_the_commonest_none_is_accepted() -> None:
    made = [made for one in COMMONEST[:1200] for made in (one * 2, f"{one}123456", f"{one.capitalize()}12345678!")]
    made = [one for one in made if len(one) >= passwords.SHORTEST]
    assert len(set(made)) >= 3000 and outlast(made) == []


@pytest.mark.parametrize(
    "password", ["Rahmawati Siti 85", "s1t1.r4hm4w4t1", "sitirahmawati2026", "rahmawatirahmawati", "17 agustus 1945"]
)
def test_names_and_dates_make_no_password(password: str) -> None:
    with pytest.raises(BadForm, match="mudah ditebak"):
        accounts.hashed("ppk", password, "Siti Rahmawati")


@pytest.mark.parametrize("password", ["aku sayang kamu", "q w e r t y u i o p", " " * 20, "x" * 900, "satu dua tiga"])
def test_spaces_and_length_alone_make_no_password(password: str) -> None:
    assert is_guessed(password, ())


@pytest.mark.parametrize("password", ["empat sapi hijau berlari", "kuda laut hijau tujuh", "Pagi2 minum kopi O!"])
def test_some_words_that_have_nothing_to_do_with_each_other_make_one(password: str) -> None:
    assert not is_guessed(password, ("ppk", "Siti Rahmawati"))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.lists(st.text(max_size=8), max_size=3))
@example(" \t\u3000", [])
def test_every_text_is_judged(password: str, known: list[str]) -> None:
    assert is_guessed(password, known) in (True, False)


def judged_in(password: str) -> float:
    """Seconds of this thread."""
    began = time.thread_time()
    is_guessed(password, ())
    return time.thread_time() - began


def test_a_password_of_a_thousand_letters_is_judged_as_fast_as_one_of_thirty() -> None:
    is_guessed("x", ())
    assert judged_in(SLOWEST) < 3 * judged_in(SLOWEST[:32])  # 0.4 seconds each; five times that for 72 letters


def test_what_is_known_of_one_person_is_not_held_against_another_at_the_same_time(
    restless: None,
) -> None:
    name, other = "Zwxkvqj Bhtrplm", "Nobody Else"
    with ThreadPoolExecutor(8) as pool:
        both = [pool.submit(is_guessed, "zwxkvqjbhtrplm", (who,)) for _ in range(100) for who in (name, other)]
    assert [one.result() for one in both] == [True, False] * 100


def test_the_words_are_not_read_before_somebody_sets_a_password() -> None:
    started = "import webapp.cli, sys; sys.exit('zxcvbn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", started], check=False).returncode == 0


def test_the_words_of_people_here_are_written_small_and_once() -> None:
    assert len(set(guessing.WORDS)) == len(guessing.WORDS) and all(word.islower() for word in guessing.WORDS)
