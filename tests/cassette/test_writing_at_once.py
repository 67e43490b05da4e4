"""Many that add to one file, a full disk, a killed writer and a long file."""

import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median

import pytest

from mockgw.cassette.held import held, put
from mockgw.cassette.writer import Writer, repair, replace
from tests.cassette.recordings import VCRPY, cassette, interaction, uris

FULL = """
import resource, sys
from pathlib import Path
from mockgw.cassette.held import held, put
from mockgw.cassette.writer import Writer, replace
from mockgw.errors import MockgwError
from tests.cassette.recordings import interaction

path = Path(sys.argv[1])
writer = Writer(path)
writer.append(interaction(0))
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 500, resource.RLIM_INFINITY))
before = path.read_bytes()
for change in (
    lambda: writer.append(interaction(1)),
    lambda: Writer(path).append(interaction(1)),
    lambda: replace(path, [interaction(0), interaction(1)]),
):
    try:
        change()
    except MockgwError as error:
        print(error)
    assert path.read_bytes() == before
"""


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a Python of its own that sees this checkout."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=Path(__file__).parent.parent.parent,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_disk_that_is_full_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    process = python(FULL, tmp_path / "a.yaml")
    told, _ = process.communicate()
    assert process.returncode == 0
    assert told.count("cannot be written: file too large") == 3
    assert told.count("what was recorded so far is whole") == 3
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.yaml"]


APPEND = """
import sys
from pathlib import Path
from mockgw.cassette.held import held, put
from mockgw.cassette.writer import Writer
from tests.cassette.recordings import interaction

path, first, count, size = Path(sys.argv[1]), *map(int, sys.argv[2:])
writer = Writer(path)
print("ready", flush=True)
for number in range(first, first + count):
    writer.append(interaction(number, b"data: x\\n\\n" * size))
    print(number, flush=True)
"""


@pytest.mark.parametrize(
    ("begun", "kept"), [("", 0), (VCRPY + "version: 1\n", 1), (cassette(3)[:-40], 2)]
)
def test_four_processes_that_add_at_once_lose_nothing(
    tmp_path: Path, begun: str, kept: int
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(begun, encoding="utf-8")
    processes = [python(APPEND, path, 1000 * n, 50, n) for n in range(1, 5)]
    assert [process.wait() for process in processes] == [0, 0, 0, 0]
    for process in processes:
        process.communicate()
    found = uris(path)
    for n in range(1, 5):
        mine = [interaction(number).uri for number in range(1000 * n, 1000 * n + 50)]
        assert [uri for uri in found if uri in set(mine)] == mine
    assert len(found) == 200 + kept


def test_eight_threads_that_share_a_writer_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    shared = Writer(path)

    def add_some(first: int) -> None:
        for number in range(first, first + 10):
            (shared if number % 2 else Writer(path)).append(interaction(number))

    threads = [threading.Thread(target=add_some, args=(100 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(uris(path)) == sorted(
        interaction(100 * n + number).uri for n in range(8) for number in range(10)
    )


def test_a_writer_that_waited_adds_to_the_file_that_was_put_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(VCRPY, encoding="utf-8")
    waiting = threading.Thread(target=Writer(path).append, args=(interaction(5),))
    with held(path):
        waiting.start()
        time.sleep(0.2)
        put(path, cassette(2).encode())
    waiting.join()
    assert uris(path) == [interaction(number).uri for number in (0, 1, 5)]


@pytest.mark.slow
def test_a_writer_that_is_killed_at_any_moment_loses_nothing_it_had_added(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    chance = random.Random(7)
    confirmed: list[str] = []
    total = 0
    for number in range(60):
        process = python(APPEND, path, number * 10_000, 9_999, 10_000)  # 90 kB each
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(chance.choice([1, 2]))]
        time.sleep(chance.uniform(0, 0.05))
        process.kill()
        rest, _ = process.communicate()
        done = [int(word) for word in ("".join(lines) + rest).split() if word != "ready"]
        total += len(done)
        confirmed += [interaction(one).uri for one in done]
        assert len(repair(path) if path.exists() else []) <= 1
        found = uris(path) if path.exists() else []
        # The last one may be there though nobody heard of it.
        assert [uri for uri in found if uri in set(confirmed)] == confirmed
        assert len(found) - len(confirmed) <= number + 1
        if len(confirmed) > 40:
            path.unlink()
            confirmed = []
    assert total > 60


def test_adding_takes_as_long_to_a_long_file_as_to_a_short_one(tmp_path: Path) -> None:
    def times(path: Path) -> float:
        writer = Writer(path)
        writer.append(interaction())
        taken = []
        for number in range(200):
            start = time.perf_counter()
            writer.append(interaction(number))
            taken.append(time.perf_counter() - start)
        return median(taken)

    replace(tmp_path / "long.yaml", map(interaction, range(10_000)))
    long, short = times(tmp_path / "long.yaml"), times(tmp_path / "short.yaml")
    assert long < 3 * short
