"""The doors, in the order in which they are asked whether a path is theirs."""

from mockgw.doors.account import RestAccount
from mockgw.doors.binding import Binding
from mockgw.doors.bound import Bound
from mockgw.doors.gateway import Gateway
from mockgw.doors.openai import OpenAI
from mockgw.doors.remembered import Logs, Resumption
from mockgw.doors.rest import RestOpenAI, RestRun
from mockgw.doors.universal import Universal, UniversalBinding
from mockgw.doors.workers_ai import WorkersAI
from mockgw.ports import Door

FALLBACK: Door = OpenAI()
DOORS: tuple[Door, ...] = (
    Bound(),
    Logs(),
    Resumption(),
    UniversalBinding(),
    Binding(),
    RestOpenAI(),
    RestAccount(),
    RestRun(),
    WorkersAI(),
    Universal(),
    Gateway(),
    FALLBACK,
)
