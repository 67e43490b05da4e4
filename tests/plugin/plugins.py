"""The interpreter that has other people's pytest plugins; they would be active in every run."""

from tests.environments import interpreter

_WANTED = (
    "anyio>=4",
    "openai>=3.54,<4",
    "pytest-aiohttp>=1.1",
    "pytest-asyncio>=1.3",
    "pytest-httpx>=0.36",
    "pytest-randomly>=4",
    "pytest-recording>=0.13",
    "pytest-rerunfailures>=16",
    "pytest-socket>=0.7",
    "pytest-xdist>=3.8",
    "requests>=2.32",
    "respx>=0.22",
)


def python_with_plugins() -> str:
    """Return an interpreter that has the plugins and mockgw."""
    return interpreter(".venv-plugins", *_WANTED, ours=True)
