"""Sentences of grammars, parsed by the real Lark."""

import json
import subprocess

import pytest

from mockgw.synth.chance import chance
from mockgw.synth.lark import sentence
from mockgw.synth.pattern import NoMatch
from tests.environments import ROOT, interpreter

MATH = """
start: expr
expr: term (SP ADD SP term)* -> add
term: factor (SP MUL SP factor)* -> mul
factor: INT
SP: " "
ADD: "+"
MUL: "*"
%import common.INT
"""
CALCULATOR = r"""
// numbers, brackets and signs
?start: sum
?sum: product | sum "+" product -> add | sum "-" product -> sub
?product: atom | product "*" atom | product "/" atom
?atom: NUMBER | "-" atom | "(" sum ")"
NUMBER: DIGIT+ ("." DIGIT~1..2)?
DIGIT: "0".."9"
%import common.WS_INLINE
%ignore WS_INLINE
"""
VALUES = r"""
?start: value
?value: object | array | string | SIGNED_NUMBER -> number
      | "true"
      | "false" | "null"
array : "[" [value ("," value)*] "]"
object : "{" [pair ("," pair)*] "}"
pair : string ":" value
string : ESCAPED_STRING
%import common.ESCAPED_STRING
%import common.SIGNED_NUMBER
%import common.WS
%ignore WS
"""
QUERY = r"""
start: "SELECT" cols "FROM" NAME where? limit? ";"
cols: "*" | NAME ("," NAME)*
where: "WHERE" NAME OP value
limit: "LIMIT" INT
value: INT | STRING
OP: "=" | "<" | ">"
NAME.1: /t_[a-z]{2,6}/
STRING: /'[a-z]*'/
%import common (INT, WS)
%ignore WS
"""
SENTENCE = r"""
start: sentence+
sentence: /[A-Z][a-z]{2,8} (at|on) [0-9]{4}/ "." [NEWLINE]
%import common.NEWLINE -> LINE
NEWLINE: "\n"
"""
GRAMMARS = [MATH, CALCULATOR, VALUES, QUERY, SENTENCE]
SEEDS = range(40)


def test_the_real_parser_takes_every_sentence() -> None:
    told = [(grammar, sentence(grammar, chance(seed))) for grammar in GRAMMARS for seed in SEEDS]
    assert len({said for _, said in told}) > len(told) / 2
    done = subprocess.run(
        [interpreter(".venv-lark", "lark>=1.2"), "tests/grammars.py"],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert json.loads(done.stdout) == []


def test_the_same_chance_gives_the_same_sentence() -> None:
    assert sentence(VALUES, chance(3)) == sentence(VALUES, chance(3))


def test_a_grammar_that_recurs_without_end_is_cut_short() -> None:
    for seed in SEEDS:
        assert len(sentence('start: "(" start ")" | "x"', chance(seed))) < 200


@pytest.mark.parametrize(
    ("grammar", "words"),
    [
        ("", "no rule named start"),
        ("other: /a/", "no rule named start"),
        ("start: missing", "no rule named missing"),
        ('start: "a', "cannot read"),
        ('start: ("a"', "')' is missing"),
        ("start /a/", "':' is missing"),
        ("%import other.THING\nstart: THING", "import"),
        ("start: start", "too long"),
        ("start: start start", "too long"),
        ("start: /(?=a)b/", "found no text"),
        ("{}", "cannot read"),
    ],
)
def test_a_grammar_that_has_no_sentence_says_why(grammar: str, words: str) -> None:
    with pytest.raises(NoMatch) as told:
        sentence(grammar, chance(1))
    assert words in str(told.value)
