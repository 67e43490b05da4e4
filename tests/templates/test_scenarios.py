"""Scenarios: templates that lead from state to state, apart for each session."""

from tests.templates.ground import Ground

DEGRADES = """
- scenario: outage
  state: start
  when: {nth: 2}
  to: down
  reply: Fine for the last time.
- scenario: outage
  state: start
  reply: Fine.
- scenario: outage
  state: down
  when: {text: retry}
  to: back
  reply: {error: overloaded}
- scenario: outage
  state: [down]
  reply: {error: server_error}
- scenario: outage
  state: back
  reply: Back again.
"""


def test_a_scenario_goes_from_state_to_state(ground: Ground) -> None:
    ground.add(DEGRADES)

    told = [ground.ask(said) for said in ("a", "b", "c", "d", "retry", "e")]

    assert [one.status for one in told] == [200, 200, 500, 500, 503, 200]
    assert ground.text("f") == "Back again."


def test_each_session_has_a_scenario_of_its_own(ground: Ground) -> None:
    ground.add("- scenario: s\n  state: start\n  to: end\n  reply: first\n- reply: later")
    other = Ground(ground.gateway, f"{ground.name}-other")
    other.add("- scenario: s\n  state: start\n  to: end\n  reply: first\n- reply: later")

    assert [ground.text("x"), ground.text("x"), other.text("x")] == ["first", "later", "first"]


def test_a_session_can_begin_anew(ground: Ground) -> None:
    ground.add("- scenario: s\n  state: start\n  to: end\n  reply: first\n- reply: later")
    assert [ground.text("x"), ground.text("x")] == ["first", "later"]

    ground.gateway.templates.forget(ground.name)

    assert ground.text("x") == "first"
