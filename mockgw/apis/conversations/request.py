"""The shapes of the bodies that conversations take."""

from mockgw.apis.request_parts import METADATA
from mockgw.apis.responses.items import ITEM
from mockgw.shape import ListOf, Struct

_ITEMS = ListOf(ITEM, max_items=20)
CREATE = Struct({"items": _ITEMS, "metadata": METADATA}, closed=True)
UPDATE = Struct({"metadata": METADATA}, required=("metadata",), closed=True)
APPEND = Struct({"items": _ITEMS}, required=("items",), closed=True)
