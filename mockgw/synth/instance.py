"""A value for any JSON Schema, checked by a validator before anybody sees it."""

import random
from functools import lru_cache
from typing import Any

import msgspec
from jsonschema_rs import Draft202012Validator

from mockgw.synth.document import Contradiction, Document, Schema
from mockgw.synth.draw import Draw, Plan
from mockgw.synth.drawer import Exhausted
from mockgw.synth.effort import effort
from mockgw.synth.pattern import NoMatch

_TRIES = 20
_MOST_STEPS = 30_000
# Each validator of a part costs time in proportion to the size of the whole.
_CHECKED_BYTES = 2_000_000
_LEAST_CHECKS = 8
_MOST_EFFORT = 10_000_000


class UnsatisfiableSchema(ValueError):  # noqa: N818 - the name says what is wrong: the schema
    """No value could be made for a schema; the message names what stood in the way."""


def instance(schema: dict[str, Any] | bool, chance: random.Random) -> Any:
    """Return a small, plausible JSON value that is valid for `schema` (draft 2020-12).

    Objects have their properties in the order of the schema. Raises UnsatisfiableSchema for a
    schema that is no JSON Schema, or for which no value was found.
    """
    plan, validator = _prepared(_encoded(schema))
    reason = "no value was found"
    steps = 0
    for _ in range(_TRIES):
        draw = Draw(plan, chance)
        try:
            value = draw.value(plan.document.root)
        except Contradiction as error:
            if isinstance(error, Exhausted) and plan.height(plan.document.root) == float("inf"):
                raise UnsatisfiableSchema(
                    f"the least value of the schema is endless or {error.message}"
                ) from error
            reason = str(error)
        except NoMatch as error:
            raise UnsatisfiableSchema(f"no value was found for the schema: {error}") from error
        except RecursionError as error:
            raise UnsatisfiableSchema("the value of the schema is nested too deep") from error
        else:
            wrong = next(validator.iter_errors(value), None)
            if wrong is None:
                return value
            reason = f"{wrong.message} (at {'/'.join(map(str, ['#', *wrong.instance_path]))})"
        steps += draw.steps
        if steps > _MOST_STEPS:
            break
    raise UnsatisfiableSchema(f"no value was found for the schema: {reason}")


def _encoded(schema: dict[str, Any] | bool) -> bytes:
    try:
        return msgspec.json.encode(schema)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise UnsatisfiableSchema(f"the schema cannot be written as JSON: {error}") from error


@lru_cache(maxsize=128)
def _prepared(encoded: bytes) -> tuple[Plan, Draft202012Validator]:
    """Return plan and validator of a schema, made from a copy that nobody else can change."""
    try:
        root: Schema = msgspec.json.decode(encoded)
        validator = Draft202012Validator(root, validate_formats=True, offline=True)
        checks = max(_LEAST_CHECKS, _CHECKED_BYTES // len(encoded))
        document = Document(root, checks)
    except (ValueError, RecursionError) as error:
        message = getattr(error, "message", str(error))
        raise UnsatisfiableSchema(f"the schema is no valid JSON Schema: {message}") from error
    # A validator cannot be stopped, so a schema that would keep it busy for ever is refused.
    if isinstance(root, dict) and effort(root, document.references) > _MOST_EFFORT:
        raise UnsatisfiableSchema("the schema refers to itself in too many ways to be checked")
    return Plan(document), validator
