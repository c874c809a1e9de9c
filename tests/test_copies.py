"""The judge of the saboteurs, judged: what changes nothing is not caught, and nothing of one is left for the next."""

from tests.copies import copied
from tests.mutants.__main__ import Saboteur, judge

SIGN = "{'-' if self.count < 0 else ''}P{body}"
TEST = "tests/test_values.py::test_what_is_encoded_is_decoded_the_same"
HARM = Saboteur("harm", "engine/values.py", TEST, SIGN, SIGN.replace("< 0", "> 0"))
IDLE = Saboteur("idle", HARM.file, TEST, SIGN, SIGN.replace("< 0", "<0 "))
LOST = Saboteur("lost", HARM.file, "tests/test_values.py::test_that_is_not_there", SIGN, SIGN)
OVER = Saboteur("over", HARM.file, TEST, "what is not there", "")


def test_only_what_does_harm_is_caught_and_nothing_of_it_stays() -> None:
    with copied() as tree:
        verdicts = [judge(tree, one) for one in (HARM, IDLE, OVER)]
        assert verdicts == ["caught", "NOT caught in 3 runs", "no longer applies"]
        assert judge(tree, LOST).startswith("test did not run")
