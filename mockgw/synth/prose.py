"""Readable English filler: grammatical, harmless, quick to make."""

import random

_Words = tuple[str, ...]
_Form = tuple[str, tuple[_Words, ...]]

_PEOPLE: _Words = (
    "gardener", "teacher", "baker", "sailor", "carpenter", "painter", "librarian", "doctor",
    "traveller", "neighbour", "student", "miller", "singer", "captain", "tailor", "writer",
    "farmer", "potter", "ranger", "clockmaker", "cook", "messenger", "visitor", "guide",
)  # fmt: skip
_MANNERS: _Words = (
    "patient", "cheerful", "careful", "young", "quiet", "curious", "friendly", "old", "clever",
    "busy", "gentle", "famous", "sleepy", "honest", "tall", "thoughtful", "local", "new",
)  # fmt: skip
_THINGS: _Words = (
    "kettle", "letter", "basket", "lantern", "map", "window", "ladder", "bicycle", "notebook",
    "blanket", "compass", "drawing", "piano", "clock", "bridge", "boat", "garden", "recipe",
    "mirror", "parcel", "bell", "table", "story", "cabinet", "kite", "teapot", "wheel", "fence",
)  # fmt: skip
_LOOKS: _Words = (
    "small", "copper", "wooden", "blue", "heavy", "bright", "round", "long", "paper", "silver",
    "green", "plain", "narrow", "borrowed", "painted", "warm", "simple", "second", "broken",
    "red", "hidden", "large", "woven", "tidy",
)  # fmt: skip
_ACTS: _Words = (
    "carried", "repaired", "found", "measured", "cleaned", "admired", "moved", "described",
    "finished", "remembered", "examined", "sold", "painted", "borrowed", "noticed", "returned",
    "tested", "praised", "drew", "studied", "opened", "guarded", "bought", "inspected",
)  # fmt: skip
_PLACES: _Words = (
    "near the harbour", "behind the mill", "in the market square", "across the river",
    "beside the old station", "at the edge of the forest", "on the upper floor",
    "under the oak trees", "along the coast", "outside the library", "in the village hall",
    "by the garden gate",
)  # fmt: skip
_TIMES: _Words = (
    "in the morning", "after lunch", "before sunset", "during the long winter", "on Tuesday",
    "late in the evening", "at the start of spring", "a week later", "on the first dry day",
    "shortly before noon", "every other summer", "that same afternoon",
)  # fmt: skip
_PURPOSES: _Words = (
    "to keep the work moving", "to please the children", "to save a little time",
    "to make room for the guests", "to settle the matter", "to learn something new",
    "to help a friend", "to be ready for the fair",
)  # fmt: skip
_REASONS: _Words = (
    "the weather was mild", "the road was still open", "the shop had just closed",
    "there was plenty of time", "the days were getting longer", "nobody was in a hurry",
    "the plan had changed", "the first attempt had gone well",
)  # fmt: skip
_ADVERBS: _Words = (
    "slowly", "quietly", "gladly", "carefully", "quickly", "finally", "often", "proudly",
)  # fmt: skip

_FORMS: tuple[_Form, ...] = (
    ("the %s %s %s the %s %s %s.", (_MANNERS, _PEOPLE, _ACTS, _LOOKS, _THINGS, _PLACES)),
    ("%s, the %s %s %s the %s %s.", (_TIMES, _MANNERS, _PEOPLE, _ACTS, _LOOKS, _THINGS)),
    ("the %s %s the %s %s because %s.", (_PEOPLE, _ACTS, _LOOKS, _THINGS, _REASONS)),
    ("the %s %s %s the %s %s %s.", (_PEOPLE, _ADVERBS, _ACTS, _LOOKS, _THINGS, _PURPOSES)),
    ("the %s, who %s the %s, %s the %s %s.", (_PEOPLE, _ACTS, _THINGS, _ACTS, _LOOKS, _THINGS)),
    ("while the %s %s the %s, the %s %s the %s.", (_PEOPLE, _ACTS, _THINGS) * 2),
    ("the %s that the %s %s was still %s.", (_THINGS, _PEOPLE, _ACTS, _PLACES)),
    ("nobody saw the %s %s until the %s %s it %s.", (_LOOKS, _THINGS, _PEOPLE, _ACTS, _TIMES)),
)

_HEADINGS: tuple[_Form, ...] = (
    ("%s %s", (
        ("Weighing", "Comparing", "Checking", "Outlining", "Reviewing", "Refining", "Planning"),
        ("options", "details", "key details", "the answer", "possible answers", "next steps"),
    )),
    ("%s the %s", (
        ("Clarifying", "Considering", "Reading", "Examining", "Framing"),
        ("request", "question", "goal", "context", "wording", "constraints"),
    )),
)  # fmt: skip
_ASPECTS: _Words = (
    "main point", "wording", "context", "goal", "order of the steps", "level of detail",
    "example", "tone", "first assumption", "likely answer",
)  # fmt: skip
_THOUGHTS: tuple[_Form, ...] = (
    ("I look at the %s first and then compare it with the %s.", (_ASPECTS, _ASPECTS)),
    ("The %s seems clear, so I can turn to the %s and keep it short.", (_ASPECTS, _ASPECTS)),
    ("Before I write anything, I check the %s against the %s.", (_ASPECTS, _ASPECTS)),
    ("It helps to settle the %s early, because the %s depends on it.", (_ASPECTS, _ASPECTS)),
    ("I could change the %s, but the %s already covers what was asked.", (_ASPECTS, _ASPECTS)),
)


def prose(chance: random.Random, sentences: int) -> str:
    """Return `sentences` English sentences in one paragraph, each 10 to 16 tokens or so."""
    return " ".join([_sentence(chance, _FORMS) for _ in range(sentences)])


def thought(chance: random.Random) -> tuple[str, str]:
    """Return a heading of two or three words and a sentence, for a summary of reasoning."""
    return _sentence(chance, _HEADINGS), _sentence(chance, _THOUGHTS)


def _sentence(chance: random.Random, forms: tuple[_Form, ...]) -> str:
    # Random.choice takes four times as long as scaling random(), and this is the hot path.
    draw = chance.random
    form, slots = forms[int(draw() * len(forms))]
    text = form % tuple([words[int(draw() * len(words))] for words in slots])
    return text[0].upper() + text[1:]
