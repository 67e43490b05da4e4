"""Values: those that are made without the loader are those that it would make."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mockgw.cassette import document
from mockgw.cassette.document import parsed
from mockgw.errors import MockgwError

PLACE = Path("a.yaml")
PLAIN = {
    "nothing": "",
    "a null": "- ~\n- null\n-\n",
    "text": "- a\n- 'b'\n- \"c\\n\"\n- |-\n  d\n  e\n- 012\n- 1:30\n- on\n- ''\n",
    "numbers": "- 0\n- 200\n- 999999999999999999\n",
    "long and signed numbers": "- 9999999999999999999999\n- -1\n- +1\n- 1.5\n- .inf\n",
    "truth": "a: true\nb: FALSE\n",
    "bytes": "a: !!binary aGVsbG8=\n",
    "tags": "- !!str 1\n- !!int '7'\n- !!int '0x1f'\n- !!int '010'\n- !!float 1\n- !!null x\n",
    "sets and pairs": "- !!set {a, b}\n- !!omap [a: 1]\n- !!pairs [a: 1]\n",
    "keys": "1: a\n~: b\ntrue: c\n!!str 2: d\n",
    "a key twice": "a: 1\na: 2\n",
    "a merge": "a: &x {b: 1}\nc: {<<: *x, d: 2}\n",
    "an alias": "a: &x [1, {b: c}]\nd: *x\ne: {f: *x}\n",
}


def loaded(text: str) -> Any:
    return yaml.load(text, document._Loader)


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_values_are_those_of_the_loader(text: str) -> None:
    found = parsed(text, PLACE)[0]
    assert found == loaded(text)
    assert repr(found) == repr(loaded(text))


def test_what_an_alias_repeats_is_one_value_as_with_the_loader() -> None:
    found = parsed("a: &x [1]\nb: *x\n", PLACE)[0]
    assert found["a"] is found["b"]


def test_a_list_that_holds_itself_ends() -> None:
    found = parsed("&x\n- *x\n", PLACE)[0]
    assert found[0] is found


def test_aliases_of_aliases_take_no_time() -> None:
    rows = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 60)]
    found = parsed("\n".join(["a0: &a0 [x]", *rows]), PLACE)[0]
    assert found["a59"][0] is found["a58"]


@pytest.mark.parametrize("text", ["!!str [a]", "!!map a", "!!seq a", "!!int x", "{[a]: b}"])
def test_a_value_that_does_not_fit_is_told_with_its_file(text: str) -> None:
    with pytest.raises(MockgwError, match=r"^a\.yaml:"):
        parsed(f"- {text}\n", PLACE)
