"""What somebody wants answered next, said by its meaning."""

from mockgw.script.failing import fail
from mockgw.script.replying import reply
from mockgw.script.scripted import Scripted, placed

__all__ = ["Scripted", "fail", "placed", "reply"]
