"""What an answer costs."""

from collections.abc import Mapping

from mockgw import catalogue
from mockgw.catalogue import Price, undated
from mockgw.model import Json

_INPUT, _OUTPUT = ("input_tokens", "prompt_tokens"), ("output_tokens", "completion_tokens")


def tokens(usage: Json) -> tuple[int, int]:
    """Return the tokens in and out of a usage, of either API; zeros when it tells none."""
    return _count(usage, _INPUT), _count(usage, _OUTPUT)


def cost(
    model: str, usage: Json, own: Mapping[str, tuple[float, float]], custom: Json
) -> float | None:
    """Return the dollars that an answer costs, None when nobody knows the model's price.

    `own` are prices of the gateway, `custom` is what the call itself says.
    """
    into, out = tokens(usage)
    if "total_cost" in custom:
        return float(custom["total_cost"])
    if custom:
        told = into * custom.get("per_token_in", 0) + out * custom.get("per_token_out", 0)
        return round(float(told), 12)
    mine = own.get(model) or own.get(undated(model))
    return catalogue.cost(model, usage, Price(mine[0], mine[0], mine[1]) if mine else None)


def _count(told: Json, names: tuple[str, ...]) -> int:
    return next((int(told[name]) for name in names if isinstance(told.get(name), int)), 0)
