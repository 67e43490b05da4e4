"""Passes a request on to the upstream and its answer back, and keeps or compares what it says."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from mockgw.course import LEFT
from mockgw.errors import ApiError
from mockgw.outgoing import Outgoing, outgoing
from mockgw.passing.asking import asked
from mockgw.passing.comparing import Cleans, Comparison
from mockgw.passing.crossing import Crossing
from mockgw.pipeline import Road, defect
from mockgw.ports import Timer
from mockgw.recorder import Recorder
from mockgw.recorder.ledger import Ledger
from mockgw.settings import Settings
from mockgw.trip import Passage
from mockgw.upstream import Proxy, Upstream
from mockgw.writing import write

_LOG = logging.getLogger("mockgw")


@dataclass(frozen=True, slots=True)
class Machine:
    """What passing needs of the machine and of the project.

    `now` tells the unix second for the tape, `proxy` the way to an address, `clean` takes the
    secrets out of what is told.
    """

    now: Callable[[], float]
    proxy: Proxy
    clean: Cleans


class Passing:
    """The way through to the upstreams of the settings; without a recorder nothing is kept.

    `ledger` counts what became of the answers.
    """

    def __init__(self, settings: Settings, recorder: Recorder | None, machine: Machine) -> None:
        self._settings = settings
        self._machine = machine
        self._upstream = Upstream(settings.upstream_timeout, machine.proxy)
        self._comparing: set[asyncio.Task[None]] = set()
        self.recorder = recorder
        self.ledger = Ledger() if recorder is None else recorder.ledger

    async def close(self) -> None:
        """End the comparisons, the connections to the upstream, and the recording.

        A comparison that is under way has `settings.drain` seconds to end.
        """
        if self._comparing:
            _, late = await asyncio.wait(self._comparing, timeout=self._settings.drain)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._upstream.close()
        if self.recorder is not None:
            self.recorder.close()

    async def take(
        self, road: Road, request: web.BaseRequest, passage: Passage, timer: Timer, *, alive: bool
    ) -> bool:
        """Write the answer to the client; tell whether the connection may stay.

        The upstream's answer is read to its end, and kept, even when the client leaves; the rest of
        it then has `settings.upstream_timeout` seconds.
        """
        try:
            sent = self._outgoing(passage)
        except ApiError as error:
            await write(request, road.fail(passage, error), alive=alive)
            return alive
        trip = Crossing(road, request, passage, sent, self.recorder, timer, alive=alive)
        if passage.beside is not None:
            return await self._both(trip)
        if self._settings.mode == "diff":
            self.ledger.add(Ledger.UNTAPED)
        return await self._through(trip)

    def _outgoing(self, passage: Passage) -> Outgoing:
        call, settings = passage.call, self._settings
        base = settings.upstream_of(call.door)
        if base is None:
            door = call.door.partition("-")[0]
            raise ApiError(
                502,
                f"There is no upstream for the calls of the door {door}. Give --upstream URL or "
                f"--upstream-for {door}=URL.",
                type="mockgw_error",
                code="no_upstream",
                origin="mockgw",
            )
        return outgoing(base, passage.raw, call, settings.upstream_key)

    async def _through(self, trip: Crossing) -> bool:
        passage = trip.passage
        try:
            async with asked(self._upstream, trip) as (arriving, waited):
                trip.head(arriving, self._machine.now(), waited)
                await trip.body(arriving, self._settings.upstream_timeout)
            return await trip.whole()
        except ApiError as error:
            return await trip.broken(error)
        except ConnectionError:
            # The client left while its answer was written; the answer is kept all the same.
            passage.course.ends(LEFT)
            return False
        except asyncio.CancelledError:
            trip.stopped()
            raise
        except Exception as problem:  # noqa: BLE001 - logged in full, and the caller is told
            _LOG.exception("%s met a defect on its way through", passage.call.operation)
            return await trip.broken(defect(problem))

    async def _both(self, trip: Crossing) -> bool:
        """Answer from the tape, and see meanwhile what the upstream would say now."""
        road, passage = trip.road, trip.passage
        wire = road.ahead(passage)
        comparison = Comparison(self.ledger, self._machine.clean)
        work = comparison.made(self._upstream, passage, trip.sent, road, wire.status)
        task = asyncio.create_task(work)
        self._comparing.add(task)
        task.add_done_callback(self._comparing.discard)
        return await trip.write(wire)
