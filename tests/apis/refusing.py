"""What an API refuses of a body, asked without a road."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from mockgw.errors import ApiError
from mockgw.model import Call

Body = dict[str, Any]


class Refusing(NamedTuple):
    """The check of one operation."""

    operation: str
    check: Callable[[Call], None]

    def call(self, body: Body, model: str = "gpt-5.5") -> Call:
        """Return the call that a body is."""
        stream = body.get("stream") is True
        return Call(self.operation, "openai", False, "", model, body, stream, "")

    def __call__(
        self, body: Body, model: str = "gpt-5.5"
    ) -> tuple[int, str | None, str | None, str]:
        """Return status, parameter, code and message of what is refused of a body."""
        with pytest.raises(ApiError) as caught:
            self.check(self.call(body, model))
        found = caught.value
        assert (found.type, found.origin) == ("invalid_request_error", "provider")
        return found.status, found.param, found.code, found.message
