"""Faults of the head and the form: another type, another coding, another version, another page."""

import zlib

from msgspec.structs import replace

from mockgw.faults.going import Going, with_header

_GZIP = 31
_PAGES = {
    502: "Bad Gateway",
    504: "Gateway Time-out",
    520: "Web server is returning an unknown error",
    522: "Connection timed out",
    524: "A timeout occurred",
}
# What an edge says of itself, and what tells a person that it was us.
_OF_THE_EDGE = ("cf-ray", "x-mockgw-")
_ERROR = (
    b'{"error":{"message":"The server had an error while processing your request. Sorry about '
    b'that!","type":"server_error","param":null,"code":null}}'
)


def wrong_content_type(going: Going, kind: str) -> Going:
    """Call the body something else."""
    return replace(going, headers=with_header(going.headers, "content-type", kind))


def gzip(going: Going) -> Going:
    """Send the body compressed, which is legal; each event of a stream can be read at once."""
    packed = gzip_unannounced(going)
    return replace(packed, headers=with_header(going.headers, "content-encoding", "gzip"))


def gzip_unannounced(going: Going) -> Going:
    """Send the body compressed, and do not say so."""
    packer = zlib.compressobj(wbits=_GZIP)
    parts = [packer.compress(one) + packer.flush(zlib.Z_SYNC_FLUSH) for one in going.parts]
    parts[-1:] = [b"".join(parts[-1:]) + packer.flush()]
    return replace(going, parts=tuple(parts), announced=_length(going, parts))


def http_1_0(going: Going) -> Going:
    """Answer as HTTP/1.0 does: neither chunks nor a second request on the connection."""
    return replace(going, version="1.0")


def error_200(going: Going) -> Going:
    """Tell an error with the status of a success."""
    return _whole(replace(going, status=200), _ERROR, "application/json")


def edge_page(going: Going, status: int) -> Going:
    """Answer with the HTML page of an edge that does not reach its server."""
    told = f"{status} {_PAGES.get(status, 'Error')}"
    page = (
        f"<html>\r\n<head><title>{told}</title></head>\r\n<body>\r\n<center><h1>{told}</h1>"
        "</center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    )
    kept = tuple(one for one in going.headers if one[0].startswith(_OF_THE_EDGE))
    edge = replace(going, status=status, headers=(*kept, ("server", "cloudflare")))
    return _whole(edge, page.encode(), "text/html; charset=UTF-8")


def _whole(going: Going, body: bytes, kind: str) -> Going:
    headers = with_header(going.headers, "content-type", kind)
    return replace(going, headers=headers, parts=(body,), streamed=False, announced=len(body))


def _length(going: Going, parts: list[bytes]) -> int:
    return 0 if going.streamed else sum(map(len, parts))
