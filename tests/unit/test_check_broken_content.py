"""``twitchwise check``: each mistake is told with its file, its line and how to mend it.

``tests/data/broken_content/zinc.yml`` is a right topic file. It is put beside a copy of the real
content, and each case breaks one thing. Line numbers of ``zinc.yml`` are those of that file.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from twitchwise import cli
from twitchwise.faq.checks import HEDGES, NO_ADVICE, check_content

_TOLD = re.compile(r"(?P<file>[\w.]+):(?P<line>\d+): (?P<what>.+) Mend: (?P<how>.+\.)")
ZINC = "zinc.yml"


class Told(NamedTuple):
    """A problem as it is printed."""

    file: str
    line: int
    what: str
    how: str


Check = Callable[[], list[Told]]


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "faq"
    shutil.copytree(root / "data" / "faq", copy)
    shutil.copy(root / "tests" / "data" / "broken_content" / ZINC, copy / ZINC)
    return copy


@pytest.fixture
def check(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Check:
    """Run the command on the folder; every line it prints must be a problem."""
    monkeypatch.chdir(folder)  # The command changes the working folder; this changes it back.

    def run() -> list[Told]:
        with pytest.raises(SystemExit) as stopped:
            cli.main(["check", str(folder)])
        printed = capsys.readouterr()
        told = []
        for line in printed.out.splitlines():
            match = _TOLD.fullmatch(line)
            assert match, f"this line says not what is wrong, where, and how to mend it: {line}"
            told.append(Told(match["file"], int(match["line"]), match["what"], match["how"]))
        assert stopped.value.code == 1
        noun = "mistake" if len(told) == 1 else "mistakes"
        assert printed.err == f"{len(told)} {noun} found.\n"
        return told

    return run


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_content_is_right_before_it_is_broken(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as stopped:
        cli.main(["check", str(folder)])
    printed = capsys.readouterr()
    assert (stopped.value.code, printed.err) == (0, "")
    assert re.fullmatch(
        r"The content is fine: \d+ topics, \d+ answers, \d+ questions\.\n", printed.out
    )


LONG = "It can be so. " + "Very " * 87 + "long."
BROKEN_TOPIC = {
    "an unknown key": ("kind: nutrient", "kind: nutrient\ncolour: blue", 5, "'colour'"),
    "an unknown key in an answer": ("    facts: [gen-01]", "    fact: [gen-01]", 17, "fact'"),
    "an unknown kind": ("kind: nutrient", "kind: metal", 4, "'kind'"),
    "an id that is not the file's name": ("id: zinc", "id: zink", 1, "differs"),
    "an id in capitals": ("id: zinc", "id: Zinc", 1, "'id'"),
    "a code used twice": ("code: zn", "code: mg", 2, "'mg'"),
    "a parent that is not there": ("parent: deficiency", "parent: iron", 5, "'iron'"),
    "itself as parent": ("parent: deficiency", "parent: zinc", 5, "'zinc'"),
    "a name used in another topic": ("- low zinc", "- Low  Magnesium", 8, "magnesium.yml:"),
    "a name used twice in a topic": ("- low zinc", "- zinc", 8, "zinc.yml:7"),
    "the name of a body part": ("- low zinc", "- big toe", None, "'big toe'"),
    "no names": ("  - zinc\n  - low zinc\n", "  []\n", 6, "'names'"),
    "a source that is not there": (
        "sources: [article-foot]",
        "sources: [article-foot, article-nose]",
        18,
        "'article-nose'",
    ),
    "no sources": ("    sources: [article-foot]\n", "", 10, "'answers.link.sources' is missing"),
    "a source of its own that is known already": (
        "answers:",
        "sources: [{id: article-foot, title: A, publisher: B, confidence: low}]\nanswers:",
        9,
        "'article-foot'",
    ),
    "no facts": ("facts: [gen-01]", "facts: []", 17, "'answers.link.facts'"),
    "no date of review": ("    reviewed: 2026-11-22\n", "", 10, "reviewed' is missing"),
    "a date of review that is none": ("reviewed: 2026-11-22", "reviewed: lately", 19, "reviewed'"),
    "a day that no month has": ("reviewed: 2026-11-22", "reviewed: 2026-02-30", 19, ""),
    "no confidence": ("    confidence: medium\n", "", 10, "confidence' is missing"),
    "an unknown confidence": ("confidence: medium", "confidence: sure", 20, "confidence'"),
    "a confidence above that of the source": (
        "confidence: medium",
        "confidence: high",
        20,
        "above that of every source ('medium' at best)",
    ),
    "a low confidence that the words hide": (
        "confidence: medium",
        "confidence: low",
        11,
        "the words do not say so",
    ),
    "a follow-up that is not there": ("[zinc.foods]", "[zinc.food]", 21, "'zinc.food'"),
    "a title for an unknown aspect": (
        "kind: nutrient",
        "kind: nutrient\nbuttons: {cause: Why?}",
        5,
        "'cause' is no aspect",
    ),
    "an unknown aspect": ("  foods:\n", "  food:\n", 29, "'food' is no aspect"),
    "an unknown body part": ("      foot:", "      tail:", 23, "'tail' is no body part"),
    "a key given twice": ("    bullets: [meat, beans]", '    text: "Again."', 31, "twice"),
    "no YAML": ("name: zinc", "name: zinc: metal", 3, "not valid YAML"),
    "a bracket left open": ("[article-foot]", "[article-foot", 19, "not valid YAML"),
    "an empty text": ('"Foods with zinc are easy to find:"', '" "', 30, "text'"),
    "an answer that is too long": ('"Foods with zinc are easy to find:"', LONG, 30, "94 words"),
    "an amount": ("- beans and nuts", "- 15 mg from beans", 11, "'15 mg'"),
    "an amount for a body part": (
        "well, too little zinc may",
        "well, below 11 micrograms may",
        24,
        "'11 micrograms'",
    ),
    "a number of tablets": ("- beans and nuts", "- 2 tablets", 11, "'2 tablets' is a dose"),
    "a number of tablets among amounts": (
        "This is no advice to buy tablets",
        "This is no advice to buy 2 tablets",
        37,
        "'2 tablets' is a dose",
    ),
    "an amount for nobody in particular": ("a day for men", "a day", 37, "for whom '11 mg'"),
    "an amount that could be advice": (
        "This is no advice to buy tablets",
        "It is in meat",
        37,
        "'11 mg' could be taken for advice",
    ),
    "an amount to take": (
        "The reference intake is about",
        "Every day take about",
        37,
        "'take about 11' is advice",
    ),
    "an amount of food to take": ("Beef has about 5", "Take 5", 43, "'Take 5' is advice"),
    "a diagnosis": ("It can: too little", "You have too little", 11, "'You have'"),
    "a denied diagnosis": ("It can: too little", "You don't have", 11, '"You don\'t have"'),
    "somebody's deficiency": ("It can: too little", "Your deficiency of", 11, "'Your deficiency'"),
    "advice to take a supplement": (
        "It can: too little zinc",
        "Take a zinc supplement: it",
        11,
        "'Take a zinc supplement'",
    ),
    "an unmarked red flag": ("twitching muscles", "weak muscles", 10, "not marked"),
    "an unmarked red flag for a body part": (
        "In the foot as well, too",
        "In a numb foot as well, too",
        23,
        "not marked",
    ),
    "a blank line": (
        "text: >-\n      It can: too",
        "text: |-\n      It can.\n\n      Too",
        11,
        "blank line",
    ),
    "a line that Rasa would read": (
        "      and a shortage is",
        "      rules: and a shortage is",
        13,
        "training data",
    ),
}


@pytest.mark.parametrize("broken", BROKEN_TOPIC)
def test_a_broken_topic(broken: str, folder: Path, check: Check) -> None:
    old, new, line, said = BROKEN_TOPIC[broken]
    replace(folder / ZINC, old, new)
    told = check()
    if line is None:
        assert [each.file for each in told] == ["body_parts.yml"]
    else:
        assert (ZINC, line) in [(each.file, each.line) for each in told]
        assert all(each.file == ZINC for each in told) or broken.startswith("an id")
    assert any(said in each.what for each in told)


def test_a_file_in_another_encoding(folder: Path, check: Check) -> None:
    path = folder / ZINC
    path.write_bytes(path.read_bytes().replace(b"nuts", "Pur\u00e9e".encode("latin-1")))
    told = check()
    assert {each.file for each in told} == {ZINC}
    assert any("UTF-8" in each.what for each in told)


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a list\n", "just words\n"])
def test_a_file_that_holds_no_topic(folder: Path, check: Check, text: str) -> None:
    (folder / ZINC).write_text(text, encoding="utf-8")
    assert [(each.file, each.line) for each in check()] == [(ZINC, 1)]


@pytest.mark.parametrize(
    "name",
    [
        "aspects.yml",
        "body_parts.yml",
        "sources.yml",
        "questions.yml",
        "unused_facts.yml",
        "unsourced.yml",
    ],
)
def test_a_file_that_is_missing(folder: Path, check: Check, name: str) -> None:
    (folder / name).unlink()
    told = check()
    assert (name, 1, "the file is missing.") in [each[:3] for each in told]


def appended(path: Path, text: str) -> int:
    """Append ``text`` and return the number of its first line."""
    before = path.read_text(encoding="utf-8")
    path.write_text(before + text, encoding="utf-8")
    return len(before.splitlines()) + 1


def test_a_question_that_points_to_no_answer(folder: Path, check: Check) -> None:
    text = "  - id: zinc-foods\n    ask: Which foods?\n    answers: [zinc.food]\n"
    first = appended(folder / "questions.yml", text)
    assert [(each.file, each.line) for each in check()] == [("questions.yml", first + 2)]


def test_a_question_id_used_twice(folder: Path, check: Check) -> None:
    text = "  - id: faq-0-1\n    ask: Which foods?\n    answers: [zinc.foods]\n"
    first = appended(folder / "questions.yml", text)
    (told,) = check()
    assert (told.file, told.line) == ("questions.yml", first)
    assert "'faq-0-1'" in told.what


def test_a_source_id_used_twice(folder: Path, check: Check) -> None:
    text = "  - id: article-foot\n    title: About feet\n    publisher: Somebody\n"
    text += "    confidence: medium\n"
    first = appended(folder / "sources.yml", text)
    assert [(each.file, each.line) for each in check()] == [("sources.yml", first)]


def test_a_source_without_publisher(folder: Path, check: Check) -> None:
    first = appended(folder / "sources.yml", "  - id: article-nose\n    title: About noses\n")
    told = check()
    assert ("sources.yml", first) in [(each.file, each.line) for each in told]
    assert any("publisher' is missing" in each.what for each in told)


def test_a_source_without_confidence(folder: Path, check: Check) -> None:
    text = "  - id: article-nose\n    title: About noses\n    publisher: Somebody\n"
    first = appended(folder / "sources.yml", text)
    told = check()
    assert ("sources.yml", first) in [(each.file, each.line) for each in told]
    assert any("confidence' is missing" in each.what for each in told)


@pytest.mark.parametrize("hedge", HEDGES)
def test_words_that_own_up_to_a_low_confidence(folder: Path, hedge: str) -> None:
    path = folder / ZINC
    replace(path, "confidence: medium", "confidence: low")
    replace(path, "It can: too little zinc", f"It can, {hedge}: too little zinc")
    assert check_content(folder) == []


@pytest.mark.parametrize("words", NO_ADVICE)
@pytest.mark.parametrize("whom", ["adults", "women", "men over 70", "people", "Anyone", "a man"])
def test_words_that_an_amount_needs(folder: Path, words: str, whom: str) -> None:
    path = folder / ZINC
    replace(path, "a day for men", f"a day for {whom}")
    replace(path, "no advice to buy tablets", words)
    assert check_content(folder) == []


@pytest.mark.parametrize(
    "amount",
    ["4,000 IU", "2.4 mcg", "15 µg", "15 micrograms", "800 international units", "3 grams", "5ml"],
)
def test_amounts_in_every_unit_stand_under_their_aspects_only(folder: Path, amount: str) -> None:
    path = folder / ZINC
    replace(path, "5 mg in 100 g", f"{amount} in one portion")
    assert check_content(folder) == []
    replace(path, "- beans and nuts", f"- nuts with {amount}")
    (problem,) = check_content(folder)
    assert f"{amount!r} is an amount" in problem.message
    assert problem.mend.startswith("amounts stand in these aspects only: amount, excess, food")


def test_amounts_of_the_aspect_excess_need_the_same_words(folder: Path) -> None:
    path = folder / ZINC
    replace(path, "  amount:\n", "  excess:\n")
    assert check_content(folder) == []
    replace(path, "a day for men. This is no advice", "a day. This is advice")
    assert len(check_content(folder)) == 2


def test_an_answer_about_amounts_without_one_needs_no_such_words(folder: Path) -> None:
    text = "about 11 mg a day for men. This is no advice to buy tablets."
    replace(folder / ZINC, text, "set for vitamin B12 by age, as it takes 10 years to run low.")
    assert check_content(folder) == []


SUBJECT = """\
  - id: tin
    name: tin
    names: [tin]
    ask: a doctor
    nearest: [zinc.foods]
"""
BROKEN_SUBJECT = {
    "nobody to ask": ("    ask: a doctor\n", "", 0, "ask' is missing"),
    "no names": ("names: [tin]", "names: []", 2, "names'"),
    "nothing near": ("[zinc.foods]", "[]", 4, "nearest'"),
    "too much that is near": (
        "[zinc.foods]",
        "[zinc.foods, zinc.link, twitch.help, twitch.causes]",
        4,
        "nearest'",
    ),
    "a near answer that is not there": ("[zinc.foods]", "[zinc.food]", 4, "'zinc.food'"),
    "an id used twice": ("id: tin", "id: statins", 0, "'statins' stands in line"),
    "a name of a topic": ("names: [tin]", "names: [tin, Magnesium]", 2, "magnesium.yml:"),
    "a name of a body part": ("names: [tin]", "names: [big toe]", 2, "body_parts.yml:"),
    "a name of another subject": ("names: [tin]", "names: [statin]", 2, "unsourced.yml:"),
    "a name twice": ("names: [tin]", "names: [tin]\n    misspellings: [Tin]", 3, "unsourced.yml:"),
    "an unknown key": ("ask: a doctor", "ask: a doctor\n    colour: grey", 4, "colour'"),
    "an aside that is none": ("ask: a doctor", "ask: a doctor\n    aside: at times", 4, "aside'"),
}


@pytest.mark.parametrize("broken", BROKEN_SUBJECT)
def test_a_broken_subject(broken: str, folder: Path, check: Check) -> None:
    old, new, line, said = BROKEN_SUBJECT[broken]
    assert old in SUBJECT
    first = appended(folder / "unsourced.yml", SUBJECT.replace(old, new))
    (told,) = check()
    assert (told.file, told.line) == ("unsourced.yml", first + line)
    assert said in told.what


def test_a_body_part_without_topic(folder: Path, check: Check) -> None:
    text = "  - id: tail\n    topic: tail_twitch\n    names: [tail]\n"
    first = appended(folder / "body_parts.yml", text)
    assert [(each.file, each.line) for each in check()] == [("body_parts.yml", first + 1)]


def test_an_unused_fact_without_reason(folder: Path, check: Check) -> None:
    first = appended(folder / "unused_facts.yml", "  - fact: zn-99\n")
    assert [(each.file, each.line) for each in check()] == [("unused_facts.yml", first)]


def test_a_default_that_is_no_aspect(folder: Path, check: Check) -> None:
    path = folder / "aspects.yml"
    replace(path, "defaults: {nutrient: link", "defaults: {nutrient: links")
    lines = path.read_text(encoding="utf-8").splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if text.startswith("defaults:")]
    (told,) = check()
    assert (told.file, told.line) == ("aspects.yml", line)
    assert "'links'" in told.what


def test_several_mistakes_are_told_in_the_order_of_their_places(folder: Path, check: Check) -> None:
    replace(folder / ZINC, "parent: deficiency", "parent: iron")
    replace(folder / ZINC, "[zinc.foods]", "[zinc.food]")
    replace(folder / "alcohol.yml", "parent: twitch", "parent: twitchy")
    places = [(each.file, each.line) for each in check()]
    assert places == [("alcohol.yml", 5), (ZINC, 5), (ZINC, 21)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  phrases:", "  phrasess:", "flags[weakness].phrases"),
        ("tier: see-a-doctor-soon", "tier: some-day", "flags[weakness].tier"),
        ("\nflags:", "\nflagz:", "flags is missing"),
        ("\nflags:", "\nflags: : [", "not valid YAML"),
    ],
)
def test_broken_red_flags(folder: Path, old: str, new: str, said: str) -> None:
    file = folder / "red_flags.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    [problem] = check_content(folder)
    assert said in problem.message
    assert problem.file == "red_flags.yml"
    if "missing" not in said:  # What is missing has no line; its entry or its key has.
        where = text[: text.index(old) + 1].count("\n") + 1
        assert abs(problem.line - where) <= 10


FOODS = "foods.yml"


def test_a_food_that_no_answer_names(folder: Path, check: Check) -> None:
    replace(folder / FOODS, "[banana, bananas]", "[dragon fruit]")
    told = check()
    assert [(t.file, t.line) for t in told] == [(FOODS, 6)]
    assert "'potassium' names 'dragon fruit'" in told[0].what


def test_a_food_for_what_is_no_nutrient(folder: Path, check: Check) -> None:
    replace(folder / FOODS, "nutrients: [potassium]", "nutrients: [cramp]")
    assert [(t.file, t.line, t.what) for t in check()] == [(FOODS, 6, "'cramp' is no nutrient.")]


def test_an_example_with_an_id_of_another(folder: Path, check: Check) -> None:
    lupus = "  - id: lupus\n"
    assert lupus in (folder / "medical_conditions.yml").read_text(encoding="utf-8")
    replace(folder / "medical_conditions.yml", lupus, "  - id: lithium\n")
    (told,) = check()
    assert told.file == "medication.yml"
    assert "'lithium' stands in medical_conditions.yml:" in told.what


def test_an_example_with_a_name_of_its_topic(folder: Path, check: Check) -> None:
    replace(folder / "medical_conditions.yml", "names: [lupus]", "names: [lupus, illness]")
    (told,) = check()
    assert told.file == "medical_conditions.yml"
    assert "'illness' stands in medical_conditions.yml:" in told.what


def test_a_food_named_twice(folder: Path, check: Check) -> None:
    replace(folder / FOODS, "[spinach]", "[spinach, bananas]")
    told = check()
    assert [t.file for t in told] == [FOODS]
    assert "'bananas' stands in foods.yml:5 too" in told[0].what
