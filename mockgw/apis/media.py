"""Images and files inside a request: the URLs that carry them, and whether they are images."""

from base64 import b64decode
from typing import Any

from mockgw.errors import ApiError
from mockgw.shape import Text

_IMAGE = "an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=')"
_FILE = "an application/pdf MIME type (e.g. 'data:application/pdf;base64,SGVsbG8sIFdvcmxkIQ==')"
_NOT_AN_IMAGE = (
    "The image data you provided does not represent a valid image. Please check your input and try "
    "again with one of the supported image formats: ['image/jpeg', 'image/png', 'image/gif', "
    "'image/webp']."
)
_UNSUPPORTED = (
    "You uploaded an unsupported image. Please make sure your image has of one the following "
    "formats: ['png', 'jpeg', 'gif', 'webp']."
)
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_WEBP = slice(8, 12)


class ImageUrl(Text):
    """The address of an image, or the image itself in base64.

    `chat` says it in the words of Chat Completions.
    """

    def __init__(self, *, noun: str = "string", chat: bool = False) -> None:
        super().__init__(noun=noun)
        self._chat = chat

    def check(self, value: Any, path: str) -> None:
        """Accept an http address, and a data URL whose data begin like an image."""
        super().check(value, path)
        if value.startswith(("http://", "https://")):
            return
        if not value.startswith("data:") and not self._chat:
            message = f"Invalid '{path}'. Expected a valid URL, but got a value with an invalid "
            raise ApiError(400, f"{message}format.", param=path, code="invalid_value")
        what = "Invalid image URL: " if self._chat else "Invalid "
        data = _data(value, f"{what}'{path}'.", _IMAGE, path, images=True)
        if not data.startswith(_BEGINNINGS) and data[_WEBP] != b"WEBP":
            if self._chat:
                raise ApiError(400, _UNSUPPORTED, code="invalid_image_format")
            raise ApiError(400, _NOT_AN_IMAGE, param="input", code="invalid_value")


class FileData(Text):
    """A file itself, as a data URL in base64. `chat` says it in the words of Chat Completions."""

    def __init__(self, *, chat: bool = False) -> None:
        super().__init__()
        self._chat = chat

    def check(self, value: Any, path: str) -> None:
        """Accept a data URL whose data are base64."""
        super().check(value, path)
        what = "Invalid file data: " if self._chat else "Invalid "
        _data(value, f"{what}'{path}'.", _FILE, path)


def _data(value: str, what: str, wanted: str, path: str, *, images: bool = False) -> bytes:
    """Return the bytes of a data URL; raise ApiError when it has none."""
    problem = ""
    data = b""
    head, comma, body = value.removeprefix("data:").partition(",")
    if not value.startswith("data:"):
        problem = "a value without the 'data:' prefix"
    elif images and not head.startswith("image/"):
        problem = f"unsupported MIME type '{head.partition(';')[0]}'"
    elif comma and head.endswith(";base64") and not body:
        problem = "empty base64-encoded bytes"
    else:
        try:
            data = b64decode(body, validate=True)
        except ValueError:
            problem = "an invalid base64-encoded value"
        if not head.endswith(";base64"):
            problem = "an invalid base64-encoded value"
    if problem:
        message = f"{what} Expected a base64-encoded data URL with {wanted}, but got {problem}."
        raise ApiError(400, message, param=path, code="invalid_value")
    return data
