"""One session of a gateway with templates of its own, asked over HTTP."""

from collections.abc import Mapping
from typing import Any

from mockgw.model import Entry
from mockgw.runner import Gateway
from mockgw.templates.reading import parse
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json, Reply

NATIVE, CHATTED = RESPONSES[0], CHAT[0]
FILE = "t.yaml"


class Ground:
    """A session; `model` is asked when nothing else is said."""

    def __init__(self, gateway: Gateway, name: str) -> None:
        self.gateway = gateway
        self.name = name
        self.url = f"{gateway.url}/_s/{name}"

    def add(self, text: str) -> None:
        """Have the templates of a YAML text answer in the session."""
        known = [one.name for one in self.gateway.templates.of(self.name)]
        self.gateway.templates.add(self.name, parse(text, FILE, known))

    def ask(
        self,
        body: Json | str,
        *,
        way: Way = NATIVE,
        model: str = "gpt-5.5",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Return the answer to a body, or to a text that the user says."""
        return way.ask(self.url, f"openai/{model}", said(body, way), dict(headers or {}))

    def text(self, body: Json | str, **more: Any) -> str:
        """Return what the answer says; raises AssertionError for a refusal."""
        reply = self.ask(body, **more)
        assert reply.status == 200, reply.body.decode()
        return text_of(more.get("way", NATIVE).object(reply))

    def refused(self, body: Json | str, **more: Any) -> tuple[int, Any, str]:
        """Return status, code and message of a refusal."""
        reply = self.ask(body, **more)
        error = reply.json()["error"]
        return reply.status, error["code"], error["message"]

    @property
    def last(self) -> Entry:
        """The newest entry of the journal that is the session's."""
        return next(
            one for one in reversed(self.gateway.journal.entries()) if one.session == self.name
        )


def said(body: Json | str, way: Way) -> Json:
    """Return the body of a user who says the text, in the way's API."""
    if not isinstance(body, str):
        return body
    if way in CHAT and way not in RESPONSES:
        return {"messages": [{"role": "user", "content": body}]}
    return {"input": body}


def text_of(answer: Json) -> str:
    """Return the text of an answer of either API."""
    if "choices" in answer:
        return str(answer["choices"][0]["message"]["content"])
    return "".join(
        part.get("text", part.get("refusal", ""))
        for item in answer["output"]
        if item["type"] == "message"
        for part in item["content"]
    )
