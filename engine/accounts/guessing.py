"""How soon a password is guessed, by zxcvbn: common passwords, words, names, dates, rows of keys, and what is made of
them."""

from collections.abc import Iterable
from pathlib import Path
from threading import Lock

FEWEST = 10**10  # guesses that a password must outlast
JUDGED = 32  # letters of it that are looked at: with each more the looking takes longer, up to seconds at 64
WORDS = (Path(__file__).parent / "words.txt").read_text().split()  # that people here begin with; zxcvbn's are English
_ALONE = Lock()  # zxcvbn keeps what it is told for all threads


def is_guessed(password: str, known: Iterable[str]) -> bool:
    """Whether a password is guessed too soon by who knows some words about its owner. Spaces between words make it no
    harder."""
    from zxcvbn import zxcvbn  # only here: its words take a while to read, and most processes never ask

    about = [word for text in known for word in (text, *text.split()) if len(word) > 1]
    bare = "".join(password.split())[:JUDGED] or " "
    with _ALONE:
        return bool(zxcvbn(bare, [*about, *WORDS])["guesses"] < FEWEST)
