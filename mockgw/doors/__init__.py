"""The doors, in the order in which they are asked whether a path is theirs."""

from mockgw.doors.binding import Binding
from mockgw.doors.gateway import Gateway
from mockgw.doors.openai import OpenAI
from mockgw.doors.rest import RestOpenAI, RestRun
from mockgw.ports import Door

FALLBACK: Door = OpenAI()
DOORS: tuple[Door, ...] = (Binding(), RestOpenAI(), RestRun(), Gateway(), FALLBACK)
