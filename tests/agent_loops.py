"""Agents of several frameworks with two tools, one run each.

A stand-alone script, for an interpreter that has the frameworks: `python agent_loops.py FRAMEWORK
BASE_URL API` prints, as JSON, what the agent said in the end and how often each of its tools ran.
An agent that does not end is stopped after ten turns.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any

from openai import AsyncOpenAI
from pydantic import BaseModel

RAN: Counter[str] = Counter()
MODEL, QUESTION = "gpt-5.5", "What is the weather in Oslo, and when is the tide?"
TURNS = 10


def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    RAN["get_weather"] += 1
    return f"4 degrees in {city}"


def get_tide(harbour: str, day: int) -> str:
    """Tell when the tide is high in a harbour."""
    RAN["get_tide"] += 1
    return f"At noon in {harbour} on day {day}"


class Forecast(BaseModel):
    place: str
    degrees: int


def langchain(base_url: str, *, responses: bool) -> str:
    model = import_module("langchain_openai").ChatOpenAI(
        model=MODEL, base_url=base_url, api_key="any", use_responses_api=responses, max_retries=0
    )
    agent = import_module("langchain.agents").create_agent(model, [get_weather, get_tide])
    said = agent.invoke({"messages": [("user", QUESTION)]}, {"recursion_limit": 2 * TURNS})
    return str(said["messages"][-1].text)


def _pydantic_ai(base_url: str, *, responses: bool, **more: Any) -> Any:
    ai = import_module("pydantic_ai")
    models = import_module("pydantic_ai.models.openai")
    providers = import_module("pydantic_ai.providers.openai")
    kind = models.OpenAIResponsesModel if responses else models.OpenAIChatModel
    model = kind(MODEL, provider=providers.OpenAIProvider(base_url=base_url, api_key="any"))
    agent = ai.Agent(model, tools=[get_weather, get_tide], **more)
    return agent.run_sync(QUESTION, usage_limits=ai.UsageLimits(request_limit=TURNS)).output


def pydantic_ai(base_url: str, *, responses: bool) -> str:
    return str(_pydantic_ai(base_url, responses=responses))


def pydantic_ai_structured(base_url: str, *, responses: bool) -> str:
    return type(_pydantic_ai(base_url, responses=responses, output_type=Forecast)).__name__


def agents_sdk(base_url: str, *, responses: bool) -> str:
    sdk = import_module("agents")
    sdk.set_tracing_disabled(True)
    client = AsyncOpenAI(base_url=base_url, api_key="any", max_retries=0)
    kind = sdk.OpenAIResponsesModel if responses else sdk.OpenAIChatCompletionsModel
    tools = [sdk.function_tool(get_weather), sdk.function_tool(get_tide)]
    agent = sdk.Agent(name="Sea", model=kind(model=MODEL, openai_client=client), tools=tools)

    async def streamed() -> str:
        run = sdk.Runner.run_streamed(agent, QUESTION, max_turns=TURNS)
        async for _ in run.stream_events():
            pass
        return str(run.final_output)

    return asyncio.run(streamed())


FRAMEWORKS: dict[str, Callable[..., str]] = {
    "langchain": langchain,
    "pydantic-ai": pydantic_ai,
    "pydantic-ai, structured": pydantic_ai_structured,
    "openai-agents": agents_sdk,
}


def main() -> None:
    """Run one agent, and write one JSON object."""
    name, base_url, api = sys.argv[1:]
    said = FRAMEWORKS[name](base_url, responses=api == "responses")
    sys.stdout.write(json.dumps({"said": said, "ran": RAN}))


if __name__ == "__main__":
    main()
