"""The fixture: one test's own gateway, what it is told and what it was asked."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, Unpack

from msgspec.structs import replace

from mockgw import script
from mockgw.asked import Asked
from mockgw.errors import MockgwError
from mockgw.faults.rule import rules
from mockgw.model import Entry
from mockgw.runner import Cleaning, Gateway
from mockgw.sessions import Session
from mockgw.tapes import Tapes
from mockgw.testing.credentials import Credentials
from mockgw.testing.place import caller
from mockgw.testing.templating import answer_by
from mockgw.testing.truth import misses
from mockgw.testing.words import Answer, Refusal, Rule, Said, Standing

_POLL = 0.005
_A_MOMENT = 0.5


class _Finding(Protocol):
    def __call__(self, asked: Asked, /) -> bool: ...


class MockGateway:
    """A gateway that belongs to one test.

    `url` is its base; the other addresses are those that clients are given. Answers come from
    `reply` and `fail` first, then from the test's cassettes or by synthesis.
    """

    def __init__(
        self, server: Gateway, session: Session, tapes: Tapes, root: Path, shown: Credentials
    ) -> None:
        self._server = server
        self._session = session
        self._tapes = tapes
        self._root = root
        self._misses_allowed = False
        self._shown = shown
        self.api_key: str = shown.openai
        self.url = session.url
        self.openai_base_url = f"{self.url}/v1"
        self.gateway_base_url = f"{self.url}/v1/{shown.account}/default"
        self.cloudflare_base_url = f"{self.url}/client/v4"
        self.workers_url = self.url
        self.account_id = shown.account

    def __repr__(self) -> str:
        return f"<MockGateway {self.url}, {len(self._session.entries)} requests>"

    @property
    def openai(self) -> dict[str, str]:
        """Keyword arguments for `OpenAI(…)` and `AsyncOpenAI(…)`."""
        return {"base_url": self.openai_base_url, "api_key": self.api_key}

    @property
    def cloudflare(self) -> dict[str, str]:
        """Keyword arguments for `Cloudflare(…)` and `AsyncCloudflare(…)`."""
        return {"base_url": self.cloudflare_base_url, "api_token": self._shown.cloudflare}

    def reply(self, *answers: Said, **meaning: Unpack[Answer]) -> None:
        """Queue an answer to the next call that creates something; several are given in turn.

        An answer is a text, a dict or pydantic model (structured output), or a function of the
        request. Keywords say the rest: `text`, `reasoning` (tokens), `summary`, `tool_calls`
        (name and arguments), `json`, `refusal`, `incomplete` (a reason), `choices` (an answer for
        each), `usage`, `body` (the exact object), `delay` and `pace` (seconds), `timing`, `fault`,
        and `times`, how often (1).

        Raises MockgwError for what no answer can be.
        """
        __tracebackhide__ = True
        try:
            times = _times(meaning.pop("times", 1))
            self._queue(_replies(answers, meaning) * times)
        except MockgwError as problem:
            # The line to look at is that of the test: our frames are left out.
            raise problem.with_traceback(None) from None

    def always(self, answer: Said = None, **meaning: Unpack[Standing]) -> None:
        """Answer every call that creates something and finds the queue empty, however many.

        Takes what `reply` takes, but for `times`; the newest one holds, and need not be asked for.
        Raises MockgwError for what no answer can be.
        """
        __tracebackhide__ = True
        try:
            made = script.reply(answer, **meaning)
        except MockgwError as problem:
            raise problem.with_traceback(None) from None
        self._session.standing.append(script.placed(made, caller(self._root)))

    def template(self, *given: Any, **words: Any) -> None:
        """Answer calls by a template: `template(when={"text": "weather"}, reply="It snows.")`.

        Takes the words of one template as keywords, or maps of them and paths of files. `when` may
        be a function of the request. Those given first are asked first, after the queue and before
        recordings. Raises MockgwError for every mistake in them.
        """
        __tracebackhide__ = True
        file, _, line = caller(self._root).rpartition(":")
        try:
            told = [*given, words] if words else given
            answer_by(self._server, self._session.name, told, (file, int(line or 0)))
        except MockgwError as problem:
            raise problem.with_traceback(None) from None

    def fault(self, *given: Rule) -> None:
        """Let something go wrong from now on: rules such as `reset rate=0.1`, texts or maps.

        Raises MockgwError for a rule that cannot be read.
        """
        __tracebackhide__ = True
        try:
            self._session.faults.extend(rules(given))
        except MockgwError as problem:
            raise problem.with_traceback(None) from None

    def advance(self, seconds: float) -> None:
        """Move the time of this test on, and let go on whoever waited for that.

        Raises MockgwError where the time is not `virtual`.
        """
        __tracebackhide__ = True
        time = self._session.time or self._server.time
        if time is None:
            raise MockgwError(
                "The time of this test is not moved by hand.",
                'Write @pytest.mark.mockgw(clock="virtual").',
            )

        async def move() -> None:
            # In the server's own thread, so that nobody who is about to wait is overtaken.
            time.advance(seconds)

        self._server.do(move)

    def fail(
        self, error: int | str = 500, message: str | None = None, **details: Unpack[Refusal]
    ) -> None:
        """Queue a refusal: an HTTP status, or a name such as `rate_limit`.

        `details` are `type`, `code`, `param` of the error object, `origin` (`provider`, or
        `gateway` for a refusal of Cloudflare's), and `times`, how often (1).
        Raises MockgwError for an unknown name or a status that is no error.
        """
        __tracebackhide__ = True
        try:
            times = _times(details.pop("times", 1))
            self._queue([script.fail(error, message, **details)] * times)
        except MockgwError as problem:
            raise problem.with_traceback(None) from None

    def _queue(self, scripted: Sequence[script.Scripted]) -> None:
        where = caller(self._root)
        self._session.script.extend(script.placed(one, where) for one in scripted)

    @property
    def requests(self) -> Sequence[Asked]:
        """The requests that came in, oldest first."""
        return tuple(Asked.of(entry, self.clean) for entry in self.entries)

    @property
    def last(self) -> Asked:
        """The newest request; raises AssertionError when there is none."""
        __tracebackhide__ = True
        entries = self.entries
        if not entries:
            raise AssertionError("mockgw was not asked anything.")
        return Asked.of(entries[-1], self.clean)

    def allow_misses(self) -> None:
        """Let this test ask what nobody recorded, without failing for it at its end."""
        self._misses_allowed = True

    def assert_called(self, times: int | None = None) -> None:
        """Raise AssertionError unless there was a request, or so many of them."""
        __tracebackhide__ = True
        count = len(self._session.entries)
        if (count == 0) if times is None else (count != times):
            wanted = "a request" if times is None else f"{times} requests"
            raise AssertionError(f"mockgw expected {wanted}, and got {self._listed()}")

    def assert_called_once(self) -> Asked:
        """Return the only request; raise AssertionError when there was none or more than one."""
        __tracebackhide__ = True
        if len(self._session.entries) != 1:
            raise AssertionError(f"mockgw expected one request, and got {self._listed()}")
        return self.last

    def assert_no_misses(self) -> None:
        """Raise AssertionError with the explanation of every request that nobody answered."""
        __tracebackhide__ = True
        found = misses(self.entries, self.clean)
        if found:
            raise AssertionError("\n\n".join(found))

    def assert_resilient(self, *, ignore: Sequence[str] = (), warnings: bool = False) -> None:
        """Raise AssertionError for what the requests show that the client does wrong.

        That is what it must not do, such as asking again too soon, and with `warnings` also what it
        should not do. `ignore` names rules. Raises MockgwError for a rule that there is not.
        """
        __tracebackhide__ = True
        from mockgw.verdict import verdict  # noqa: PLC0415 - only for those who ask for it
        from mockgw.verdict.report import failed, report  # noqa: PLC0415 - the same

        # The calls are counted as the test knows them, not as the run does.
        entries = [replace(one, number=place) for place, one in enumerate(self._finished(), 1)]
        try:
            found = verdict(entries, ignore=ignore)
        except MockgwError as problem:
            raise problem.with_traceback(None) from None
        if failed(found, strict=warnings):
            raise AssertionError(self.clean(report(found, len(entries))))

    def _finished(self) -> Sequence[Entry]:
        """Return the entries once all answers are out, or soon after."""
        ends = monotonic() + _A_MOMENT
        waiting = threading.Event()
        # The client may have read the last byte before the server takes note of it.
        while monotonic() < ends and not all(one.course.outcome for one in self.entries):
            waiting.wait(_POLL)
        return self.entries

    def wait_for(self, finding: int | _Finding = 1, *, timeout: float = 5.0) -> Sequence[Asked]:
        """Return the requests once there are so many, or once one is as the function wants.

        `timeout` is in seconds; raises AssertionError when it is over.
        """
        __tracebackhide__ = True
        ends = monotonic() + timeout
        waiting = threading.Event()
        while not self._found(finding):
            if monotonic() > ends:
                raise AssertionError(f"mockgw waited {timeout} s, and got {self._listed()}")
            waiting.wait(_POLL)
        return self.requests

    def _found(self, finding: int | _Finding) -> bool:
        if isinstance(finding, int):
            return len(self._session.entries) >= finding
        return any(finding(asked) for asked in self.requests)

    def _listed(self) -> str:
        told = [f"\n  {asked!r}" for asked in self.requests]
        return f"{len(told)}{':' if told else '.'}" + "".join(told)

    @property
    def clean(self) -> Cleaning:
        """What takes the secrets out of what is told of this test."""
        return self._server.clean

    @property
    def entries(self) -> Sequence[Entry]:
        """The journal's entries of this test, oldest first."""
        # The server adds to it meanwhile: a copy is taken at once, an iteration is not.
        return tuple(self._session.entries.copy())

    @property
    def tapes(self) -> Tapes:
        """The recordings that this test is answered from."""
        return self._tapes

    @property
    def queued(self) -> Sequence[script.Scripted]:
        """The answers that still wait for their call."""
        return tuple(self._session.script.copy())

    @property
    def misses_allowed(self) -> bool:
        """Whether the test may ask what nobody recorded."""
        return self._misses_allowed


def _replies(answers: Sequence[Any], meaning: Mapping[str, Any]) -> list[script.Scripted]:
    if len(answers) > 1 and meaning:
        raise MockgwError(
            "Several answers cannot share keywords.", "Call reply once for each of them."
        )
    return [script.reply(answer, **meaning) for answer in answers or (None,)]


def _times(given: Any) -> int:
    if type(given) is int and given > 0:
        return given
    raise MockgwError(f"times={given!r} is no number of refusals.", "Give at least 1.")
