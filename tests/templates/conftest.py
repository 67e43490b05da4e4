"""A session of its own for each test of templates."""

import itertools
from collections.abc import Iterator

import pytest

from mockgw.runner import Gateway
from tests.templates.ground import Ground

_COUNT = itertools.count(1)


@pytest.fixture
def ground(synth: Gateway) -> Iterator[Ground]:
    """Return a session that synthesis answers where no template does."""
    name = f"t{next(_COUNT)}"
    yield Ground(synth, name)
    synth.templates.remove(name)
