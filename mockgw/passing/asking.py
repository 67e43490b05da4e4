"""Asks an upstream: once, or as often as the call's gateway asks one that fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from mockgw.errors import ApiError
from mockgw.faults.named import named
from mockgw.gateways import Visit
from mockgw.passing.crossing import Crossing
from mockgw.upstream import Arriving, Upstream
from mockgw.writing.playing import asleep

_LATE = 504


@asynccontextmanager
async def asked(upstream: Upstream, trip: Crossing) -> AsyncIterator[tuple[Arriving, float]]:
    """Yield the answer that counts, and the seconds until it began.

    The others are not read. Raises ApiError where nothing comes of the last attempt, 2005 for an
    only one that takes longer than the gateway waits.
    """
    visit = trip.passage.trip.visit
    while True:
        begun = _time()
        async with AsyncExitStack() as held:
            told = await _attempt(upstream, trip, visit, held)
            late = isinstance(told, ApiError) and told.origin == "gateway"
            pause = None if visit is None else visit.again(_LATE if late else told.status)
            if pause is None:
                if isinstance(told, ApiError):
                    raise told
                yield told, _time() - begun
                return
        await asleep(trip.request, trip.timer, trip.timer.now() + pause)


async def _attempt(
    upstream: Upstream, trip: Crossing, visit: Visit | None, held: AsyncExitStack
) -> Arriving | ApiError:
    """Return what begins to come, which lasts as long as `held`, or why nothing does."""
    limit = None if visit is None else visit.patience
    try:
        async with asyncio.timeout(limit):
            return await held.enter_async_context(upstream.ask(trip.sent))
    except ApiError as error:
        return error
    except TimeoutError:
        late = named("gateway.2005")
        late.note = f"the upstream let the gateway wait for more than {limit:g} s"
        return late


def _time() -> float:
    return asyncio.get_running_loop().time()
