"""An offline double of Cloudflare's AI gateway in front of OpenAI's models.

`with running() as gateway:` (or `async with`) serves on loopback for the length of the block;
`gateway.url` is where.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockgw.errors import ApiError, MockgwError
    from mockgw.runner import Gateway, running
    from mockgw.settings import Settings
    from mockgw.testing.gateway import MockGateway

__version__ = "0.1.0"
__all__ = ["ApiError", "Gateway", "MockGateway", "MockgwError", "Settings", "running"]

_HOMES = {
    "ApiError": "mockgw.errors",
    "Gateway": "mockgw.runner",
    "MockGateway": "mockgw.testing.gateway",
    "MockgwError": "mockgw.errors",
    "Settings": "mockgw.settings",
    "running": "mockgw.runner",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: `import mockgw` itself costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - paid only by those who use a name

    return getattr(import_module(_HOMES[name]), name)
