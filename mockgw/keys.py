"""Who may come in: the keys that callers must show."""

from collections.abc import Sequence
from hmac import compare_digest

from mockgw.errors import ApiError
from mockgw.model import Raw
from mockgw.ports import Door

_NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header "
    "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank "
    "username) if you're accessing the API from your browser and are prompted for a username and "
    "password. You can obtain an API key from https://platform.openai.com/account/api-keys."
)
_LONG = 16


class Keys:
    """The keys that open the doors; with none, every caller is let in."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [key.encode() for key in keys]

    def check(self, raw: Raw, door: Door) -> None:
        """Raise ApiError 401 for a caller who shows no key of ours."""
        if not self._keys:
            return
        shown = door.key(raw)
        if shown is None or self.opens(shown):
            return
        if not shown:
            raise ApiError(401, _NO_KEY, origin="gateway")
        raise ApiError(
            401,
            f"Incorrect API key provided: {_masked(shown)}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            code="invalid_api_key",
            origin="gateway",
        )

    def opens(self, shown: str) -> bool:
        """Tell whether a key is one of ours; anything is when there are none."""
        given = shown.encode("utf-8", "surrogateescape")
        return not self._keys or any(compare_digest(given, key) for key in self._keys)


def _masked(key: str) -> str:
    """Show of a key what the API shows, and of a short one nothing."""
    return f"{key[:8]}{'*' * 8}{key[-4:]}" if len(key) > _LONG else "*" * 8
