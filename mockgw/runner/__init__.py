"""Starts a gateway and stops it: the only place that meets the machine."""

from mockgw.runner.cleaning import Cleaning, cleaning_here
from mockgw.runner.clocks import FrozenClock, RealClock
from mockgw.runner.gateway import Gateway
from mockgw.runner.lifetime import running
from mockgw.runner.starting import sidecars, start
from mockgw.runner.ways import proxy_of, way

__all__ = [
    "Cleaning",
    "FrozenClock",
    "Gateway",
    "RealClock",
    "cleaning_here",
    "proxy_of",
    "running",
    "sidecars",
    "start",
    "way",
]
