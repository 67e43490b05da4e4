"""Event streams with every line end that the standard allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgw import sse
from mockgw.errors import ApiError

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("stream", "wanted"),
    [
        (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [b"a", b"b"]),
        (b"data: a\r\rdata: b\r\r", [b"a", b"b"]),
        (b"data: a\n\r\ndata: b\r\n\ndata: c\r\n\r\n", [b"a", b"b", b"c"]),
        (b"data: a\r\ndata: b\r\n\r\n", [b"a\nb"]),
        (b"data: a\n\n\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data: a", [b"a"]),
        (b"data:a\n\n", [b"a"]),
        (b"data:  a \n\n", [b" a "]),
        (b"data: a\ndata: b\ndata: c\n\n", [b"a\nb\nc"]),
        (b"event: x\nid: 1\nretry: 5\ndata: a\n\n", [b"a"]),
        (b": ping\n\ndata: a\n: in between\n\n", [b"a"]),
        (b"event: x\n\n", []),
        (b"database: a\n\n", []),
        (BOM + b"data: a\n\n", [b"a"]),
        (b"data: a\n\n" + BOM + b"data: b\n\n", [b"a"]),
        ("data: 潮\u2028\u0085\n\n".encode(), ["潮\u2028\u0085".encode()]),
        (b"", []),
    ],
)
def test_the_data_of_a_stream_is_what_the_standard_says(stream: bytes, wanted: list[bytes]) -> None:
    assert list(sse.data(stream)) == wanted


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_frame_ends_with_its_blank_line(end: bytes) -> None:
    frames = [b"event: x" + end + b"data: 1" + end + end, b": ping" + end + end, b"data: 2"]
    assert list(sse.frames(b"".join(frames))) == frames


@given(st.lists(st.sampled_from([b"data: a", b": c", b"\n", b"\r", b"\r\n", b"x"])).map(b"".join))
def test_frames_joined_are_the_stream_again(stream: bytes) -> None:
    assert b"".join(sse.frames(stream)) == stream


def test_objects_are_the_json_of_a_stream_without_its_end_mark() -> None:
    assert list(sse.objects(b'data: {"a":1}\n\ndata: 5\n\ndata: [DONE]\n\n')) == [{"a": 1}]


def test_an_object_that_is_cut_off_is_a_torn_recording() -> None:
    with pytest.raises(ApiError) as told:
        list(sse.objects(b'data: {"a":1}\n\ndata: {"a":'))
    assert (told.value.status, told.value.code) == (502, "torn_recording")
