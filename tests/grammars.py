"""Parses sentences with the real Lark: reads JSON `[[grammar, sentence], …]` from stdin.

A stand-alone script, for the interpreter that has `lark`. Prints what cannot be parsed, as JSON.
"""

import json
import sys
from importlib import import_module


def main() -> None:
    """Parse them all."""
    lark = import_module("lark")
    wrong = []
    for grammar, sentence in json.load(sys.stdin):
        try:
            lark.Lark(grammar).parse(sentence)
        except lark.exceptions.LarkError as problem:
            wrong.append([sentence, str(problem)[:200]])
    json.dump(wrong, sys.stdout)


if __name__ == "__main__":
    main()
