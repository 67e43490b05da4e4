"""A folder in which the blocks of a page are typed, run and compared, in the page's order."""

import ast
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import yaml

from mockgw.cassette.reader import read
from mockgw.sources import load
from tests.pages import ROOT, Block

PROGRAMS = ("curl", "node", "npm")
_LONG = 60
_PORTS = ("8787", "8788")
_FOREIGN = ("MOCKGW_", "OPENAI_", "CLOUDFLARE_")
_SECONDS = 20
_INI = "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"


def needs(block: Block) -> set[str]:
    """Return the programs that a block runs and that are not everywhere."""
    typed = " ".join(block.commands())
    run = {name for name in PROGRAMS if re.search(rf"(?<![\w./-]){name} ", typed)}
    return run | (block.needs & set(PROGRAMS))


def package(block: Block) -> str:
    """Return the package that a block needs and that our tests do not have, "" for none."""
    return " ".join(block.needs - set(PROGRAMS))


class Desk:
    """Runs the blocks of a page beside its files in `tests/examples`.

    The ports that pages speak of become free ones.
    """

    def __init__(self, folder: Path, page: str, python: str = sys.executable) -> None:
        self.folder = folder
        self._python = python
        self._ports = {port: str(_free_port()) for port in _PORTS}
        self._server: subprocess.Popen[bytes] | None = None
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)
        }
        programs = [str(Path(python).parent), self._environment.get("PATH", "")]
        # Examples may leave a client to the garbage collector; everything else that warns fails,
        # except where packages are used that are not ours to mend.
        warnings = "error,ignore::ResourceWarning" if python == sys.executable else "ignore"
        self._environment |= {"PATH": os.pathsep.join(programs), "PYTHONWARNINGS": warnings}
        for whose in ("any", Path(page).stem):
            laid_out = ROOT / "tests/examples" / whose
            if laid_out.is_dir():
                shutil.copytree(laid_out, folder, dirs_exist_ok=True)
        (folder / "pytest.ini").write_text(_INI)
        (folder / "benchmarks").symlink_to(ROOT / "benchmarks")

    def run(self, block: Block) -> None:
        """Do with a block what its language says; raises AssertionError when it does not work."""
        text = self._ours(block.text)
        if block.before:
            ast.parse(text)
            return
        if block.name:
            file = self.folder / block.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        match block.language:
            case "python" if not block.name:
                self._typed([self._python, "-c", text], block)
            case "sh":
                self._typed(["sh", "-eu", "-c", text], block)
            case "console":
                self._converse(block)
            case "yaml":
                _check_yaml(self.folder / block.name if block.name else None, text)
            case "text":
                return  # a picture, not something to run
            case "json":
                json.loads(text)
            case "toml":
                (self.folder / "mockgw.toml").write_text(text, "utf-8")
                load({}, {}, self.folder)
            case _:
                assert block.name, f"{block.where}: nothing here can check {block.language!r}"

    def pytest(self, count: int) -> None:
        """Run the tests that were written, which are `count`."""
        done = self._execute([self._python, "-m", "pytest", "-q", "-c", "pytest.ini", "."])
        assert done.returncode == 0, done.stdout
        assert f"\n{count} passed" in done.stdout

    def leave(self) -> None:
        """Stop the server as a person does, and see that it went in peace."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(signal.SIGINT)
            assert server.wait(_LONG) == 0

    def _ours(self, text: str) -> str:
        for port, free in self._ports.items():
            text = text.replace(f":{port}", f":{free}").replace(f"--port {port}", f"--port {free}")
        return text

    def _execute(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=_LONG,
            check=False,
        )

    def _typed(self, command: list[str], block: Block) -> None:
        done = self._execute(command)
        assert done.returncode == 0, f"{block.where}: {done.returncode}\n{done.stdout}"

    def _converse(self, block: Block) -> None:
        for typed, told in block.steps():
            command, expected = self._ours(typed), self._ours(told)
            if expected.startswith("mockgw listening"):
                printed = self._serve(command, expected.count("\n"))
            else:
                printed = self._execute(["sh", "-c", command]).stdout
                # curl writes a body as it is: without a line's end.
                printed += "" if printed.endswith("\n") or not printed else "\n"
            pattern = re.escape(expected).replace("…", ".*")
            whole = re.fullmatch(pattern, printed, re.DOTALL)
            assert whole, f"{block.where}: $ {command}\n{printed}\ninstead of\n{expected}"

    def _serve(self, command: str, lines: int) -> str:
        """Start a server that stays, and return the first lines that it prints."""
        self.leave()
        log = self.folder / "serve.log"
        with log.open("wb") as file:
            self._server = subprocess.Popen(
                ["sh", "-c", f"exec {command}"],
                cwd=self.folder,
                env={**self._environment, "MOCKGW_PORT": self._ports["8787"]},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + _SECONDS
        while log.read_text("utf-8").count("\n") < lines and time.monotonic() < end:
            if self._server.poll() is not None:
                break
            time.sleep(0.02)
        return "".join(log.read_text("utf-8").splitlines(keepends=True)[:lines])


def _check_yaml(cassette: Path | None, text: str) -> None:
    document = yaml.safe_load(text)
    if cassette is not None and "interactions" in document:
        assert len(read(cassette)) == len(document["interactions"])


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
