"""The types that several settings have."""

from typing import Annotated

from msgspec import Meta

FROZEN_AT = 1777054206.0

ApiKey = Annotated[str, Meta(pattern=r"\A[!-~]+\Z")]
Name = Annotated[str, Meta(min_length=1)]
Entries = Annotated[int, Meta(ge=1, le=1_000_000)]
