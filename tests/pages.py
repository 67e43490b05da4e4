"""The pages for people, and what stands in them: blocks of code, links, tables, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
_FENCE = re.compile(r"```(?P<words>[^`]*)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_PROMPT = "$ "


@dataclass(frozen=True)
class Block:
    """A fenced block: `words` are what stands behind the fence, the language first."""

    page: str
    line: int
    words: tuple[str, ...]
    text: str

    @property
    def language(self) -> str:
        return self.words[0] if self.words else ""

    @property
    def name(self) -> str:
        """The file that the block is, "" when it is none."""
        named = len(self.words) > 1 and "." in self.words[1]
        return self.words[1] if named else ""

    @property
    def needs(self) -> frozenset[str]:
        """The programs and packages that a file needs beside what is always there."""
        return frozenset(self.words[2:]) if self.name else frozenset()

    @property
    def before(self) -> bool:
        """Whether it shows code from before mockgw, with libraries that are not here."""
        return "before" in self.words

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"

    def steps(self) -> list[tuple[str, str]]:
        """Return the commands of a console, each with what it prints."""
        steps: list[tuple[str, str]] = []
        for line in self.text.splitlines():
            if line.startswith(_PROMPT):
                steps.append((line.removeprefix(_PROMPT), ""))
            else:
                command, told = steps.pop()
                steps.append((command, f"{told}{line}\n"))
        return steps

    def commands(self) -> list[str]:
        """Return the command lines of a shell or console block, none for other languages."""
        if self.language == "console":
            return [command for command, _ in self.steps()]
        return self.text.splitlines() if self.language == "sh" else []


@dataclass(frozen=True)
class Page:
    """A page; `name` is its path below the top folder."""

    name: str

    @property
    def path(self) -> Path:
        return ROOT / self.name

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def blocks(self) -> list[Block]:
        found: list[Block] = []
        lines = enumerate(self.text.splitlines(), 1)
        for number, line in lines:
            fence = _FENCE.fullmatch(line)
            if fence is None:
                continue
            inner: list[str] = []
            for _, further in lines:
                if further == "```":
                    break
                inner.append(further)
            words = tuple(fence["words"].split())
            found.append(Block(self.name, number, words, "\n".join(inner) + "\n"))
        return found

    @cached_property
    def prose(self) -> str:
        """The text without its blocks."""
        return re.sub(r"(?ms)^```.*?^```$", "", self.text)

    def links(self) -> list[str]:
        return [found["target"] for found in _LINK.finditer(self.prose)]

    def spans(self) -> list[str]:
        """Return the code in the running text."""
        return _SPAN.findall(self.prose)

    def anchors(self) -> set[str]:
        """Return the names by which the headings can be linked to."""
        headings = re.findall(r"(?m)^#+ (.+)$", self.prose)
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}

    def rows(self, heading: str) -> Iterator[list[str]]:
        """Yield the cells of each row of the first table below the heading, without its head."""
        _, _, below = f"\n{self.prose}".partition(f"\n{heading}\n")
        table = re.search(r"(?m)(^\|.*\n)+", below)
        assert table, f"{self.name} has no table below {heading}"
        for row in table[0].splitlines()[2:]:
            yield [cell.strip() for cell in row.split("|")[1:-1]]


def pages() -> list[Page]:
    """Return all pages."""
    paths = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    paths += [ROOT / "cassettes/README.md", ROOT / "benchmarks/README.md"]
    return [Page(path.relative_to(ROOT).as_posix()) for path in paths]
