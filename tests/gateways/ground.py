"""A session of a gateway whose time is moved by hand, and what tests of AI Gateways ask of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from mockgw import script
from mockgw.gateways import Place
from mockgw.model import Entry
from mockgw.runner import Gateway
from mockgw.sessions import Session
from tests.ways import CHAT, RESPONSES, Way
from tests.wire import Json, Reply, post, send

HI: Json = {"messages": [{"role": "user", "content": "Hi"}]}
WAYS = {way.name: way for way in CHAT}
ASKS = {way.name: way for way in RESPONSES}
NATIVE, COMPAT, BINDING = WAYS["gateway"], WAYS["gateway compat"], WAYS["binding with a gateway"]
UNIVERSAL = "/v1/acc/gw"
LOG_FIELDS = (
    "id provider model path duration request_content_type status_code response_content_type "
    "success cached tokens_in tokens_out metadata step cost custom_cost request_size request_head "
    "request_head_complete response_size response_head response_head_complete created_at"
).split()


class Ground:
    """A session with AI Gateways of its own; `gw` is the one that most paths have."""

    def __init__(self, virtual: Gateway, session: Session) -> None:
        self.virtual = virtual
        self.session = session
        self.url = session.url

    def rules(self, gateway: str = "gw", **rules: Any) -> None:
        """Set a gateway, and let the others be as they are."""
        held = self.virtual.gateways
        held.put(self.session.name, {**held.table(self.session.name), gateway: rules})

    def reply(self, *texts: str, **meaning: Any) -> None:
        """Queue answers."""
        for text in texts:
            self.session.script.append(script.placed(script.reply(text, **meaning), "here"))

    def fail(self, *told: Any, times: int = 1, **details: Any) -> None:
        """Queue a refusal, some times over."""
        for _ in range(times):
            self.session.script.append(script.placed(script.fail(*told, **details), "here"))

    def ask(self, way: Way = NATIVE, body: Json | None = None, /, **headers: str) -> Reply:
        """Send a body one way; `cf_aig_…` are headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return way.ask(self.url, "openai/gpt-5.5", HI if body is None else body, named)

    def steps(self, body: Any, path: str = UNIVERSAL, /, **headers: str) -> Reply:
        """Send steps to the universal endpoint."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return post(self.url + path, body, named)

    def get(self, path: str) -> Reply:
        """Ask a path of the session."""
        return send("GET", self.url + path)

    def logs(self, gateway: str = "gw") -> list[Json]:
        """Return the logs of a gateway, oldest first."""
        place = Place(self.session.name, gateway)
        return self.virtual.gateways.logs.listed(*place)

    def timed(self, ask: Callable[[], Reply]) -> tuple[Reply, float]:
        """Return an answer, and the seconds that the gateway let its caller wait for it."""
        time = self.virtual.time
        assert time is not None
        begun = time.now()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(ask)
            while not asked.done():
                due = time.next()
                if due is not None:
                    time.advance(due - time.now())
                wait([asked], 0.002)
            return asked.result(), round(time.now() - begun, 6)

    def pass_by(self, seconds: float) -> None:
        """Let the time go on."""
        assert self.virtual.time is not None
        self.virtual.time.advance(seconds)

    @property
    def last(self) -> Entry:
        """The newest entry of the journal."""
        return self.session.entries[-1]


def step(provider: str = "openai", model: str = "gpt-5.5", **more: Any) -> Json:
    """Return a step of the universal endpoint."""
    endpoint = more.pop("endpoint", "chat/completions")
    return {"provider": provider, "endpoint": endpoint, "query": {"model": model, **HI}, **more}


def text(reply: Reply) -> str:
    """Return what a chat's answer says."""
    told = reply.json()
    said: str = told.get("result", told)["choices"][0]["message"]["content"]
    return said


def error(reply: Reply) -> tuple[int, int, str]:
    """Return status, code and message of a refusal in one of Cloudflare's forms."""
    told = reply.json()
    (first,) = told.get("error") or told["errors"]
    return reply.status, first["code"], first["message"]
