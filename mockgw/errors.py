"""What can go wrong, as values: nothing here renders itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockgw.faults.fault import Fault


class MockgwError(Exception):
    """Something the person at the keyboard can mend: what happened, and what to type.

    `message` says what happened and where; `hint`, when given, says what to do next.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


@dataclass(eq=False)
class ApiError(Exception):
    """An answer that refuses: each door writes it in its own form.

    `status` is the HTTP status; `message`, `type`, `param` and `code` are the four fields of
    OpenAI's error object. `origin` says who speaks: `provider` (OpenAI refuses the request),
    `gateway` (Cloudflare refuses it) or `mockgw` (the double has nothing to answer with).
    `allow` are the methods that a path does take, when the method is what was wrong; `source` is
    who said so, when it was no rule; `retry_after` are the seconds after which to ask again.
    `headers` come with it; `should_retry` says so in `x-should-retry`; `description` is what the
    Workers binding shows its caller; `name` is its name in the table of errors; `delay` are the
    seconds until it is told; `fault` is what goes wrong with it on its way. `where` and `note` are
    for the journal: the place that has it said, and why.
    """

    status: int
    message: str
    type: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None
    origin: str = "provider"
    allow: tuple[str, ...] = ()
    source: str = ""
    retry_after: float | None = None
    headers: tuple[tuple[str, str], ...] = ()
    should_retry: bool | None = None
    description: str = ""
    name: str = ""
    delay: float = 0.0
    fault: "Fault | None" = None
    where: str = ""
    note: str = ""

    def __str__(self) -> str:
        return self.message
