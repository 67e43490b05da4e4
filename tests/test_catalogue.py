"""What is known of the models."""

import pytest

from mockgw.catalogue import find, undated


@pytest.mark.parametrize(
    ("asked", "name", "snapshot"),
    [
        ("gpt-5.5-pro", "gpt-5.5-pro", "gpt-5.5-pro-2026-04-23"),
        ("gpt-5.5-pro-2026-04-23", "gpt-5.5-pro", "gpt-5.5-pro-2026-04-23"),
        ("gpt-5.5", "gpt-5.5", "gpt-5.5-2026-04-23"),
        ("gpt-5.5-2027-01-01", "gpt-5.5", "gpt-5.5-2027-01-01"),
        ("gpt-5.4", "gpt-5.4", "gpt-5.4-2026-03-05"),
        ("gpt-6-sol", "gpt-6-sol", "gpt-6-sol"),
        ("o3", "o3", "o3-2025-04-16"),
        ("ft:gpt-4o:acme::1", "ft:gpt-4o:acme::1", "ft:gpt-4o:acme::1"),
    ],
)
def test_a_model_answers_under_its_dated_name(asked: str, name: str, snapshot: str) -> None:
    model = find(asked)
    assert model
    assert (model.name, model.snapshot) == (name, snapshot)


@pytest.mark.parametrize(
    "name", ["", "nope", "claude-5", "gpt", "gpt-", "GPT-5.5", " gpt-5.5", "gpt-5.5" + "x" * 200]
)
def test_a_name_of_no_openai_form_is_no_model(name: str) -> None:
    assert find(name) is None


@pytest.mark.parametrize(
    ("name", "efforts", "default", "responses_only"),
    [
        ("gpt-5.5-pro", "medium high xhigh", "high", True),
        ("gpt-5.5", "none low medium high xhigh", "medium", False),
        ("gpt-5.1", "none low medium high", "none", False),
        ("gpt-5.2", "none low medium high xhigh", "none", False),
        ("gpt-5", "minimal low medium high", "medium", False),
        ("gpt-5-pro", "high", "high", True),
        ("o3", "low medium high", "medium", False),
        ("gpt-4o", "", None, False),
        ("gpt-4.1-mini", "", None, False),
    ],
)
def test_a_model_takes_its_own_efforts(
    name: str, efforts: str, default: str | None, responses_only: bool
) -> None:
    model = find(name)
    assert model
    assert (" ".join(model.efforts), model.default_effort) == (efforts, default)
    assert (model.responses_only, model.reasons) == (responses_only, bool(efforts))


def test_only_a_whole_date_at_the_end_is_a_date() -> None:
    assert undated("gpt-5.5-2026-04-23") == "gpt-5.5"
    assert undated("gpt-5.5-2026-04") == "gpt-5.5-2026-04"
    assert undated("gpt-2026-04-23-pro") == "gpt-2026-04-23-pro"
