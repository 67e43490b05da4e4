"""Predicted outputs: what came true is counted, and what did not is paid for."""

import pytest

from mockgw import tokens
from mockgw.apis.chat.prediction import judged
from mockgw.draft import Draft, Says
from tests.calls import complete

CODE = "def area(width, height):\n    return width * height\n"


def says(text: str) -> Draft:
    return Draft(0, (), (Says(text),))


@pytest.mark.parametrize(
    ("predicted", "said", "lacking"),
    [
        (CODE, CODE, 0),
        (CODE, f"{CODE}print(area(2, 3))\n", 0),
        (CODE, CODE.replace("width", "depth"), 2),
        (CODE, "No.", tokens.count(CODE)),
        (CODE, "", tokens.count(CODE)),
    ],
)
def test_each_token_of_the_prediction_came_true_or_did_not(
    predicted: str, said: str, lacking: int
) -> None:
    accepted, rejected = judged(predicted, [says(said)])
    assert (accepted + rejected, rejected) == (tokens.count(predicted), lacking)


def test_what_was_predicted_in_vain_is_paid_for() -> None:
    asked = {"model": "gpt-4o", "prediction": {"type": "content", "content": CODE}}
    plain, hit, miss = (
        complete({"model": "gpt-4o"}, says("No."))["usage"],
        complete(asked, says(CODE))["usage"],
        complete(asked, says("No."))["usage"],
    )
    details = [one["completion_tokens_details"] for one in (plain, hit, miss)]
    assert [one["rejected_prediction_tokens"] for one in details] == [0, 0, tokens.count(CODE)]
    assert [one["accepted_prediction_tokens"] for one in details] == [0, tokens.count(CODE), 0]
    assert miss["completion_tokens"] == plain["completion_tokens"] + tokens.count(CODE)
    assert miss["total_tokens"] == miss["prompt_tokens"] + miss["completion_tokens"]


def test_each_choice_is_judged() -> None:
    assert judged(CODE, [says(CODE), says("")]) == (tokens.count(CODE), tokens.count(CODE))
