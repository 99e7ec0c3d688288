"""What the form of a clause says by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchwise.nlu.aspect_model import Prediction
from twitchwise.nlu.forms import (
    agrees,
    asks_for_a_nutrient,
    asks_for_others,
    asks_if_it_ends,
    asks_together,
    asks_what_contains,
    closes,
    count_asked,
    demands,
    denies_a_sign,
    denies_of_oneself,
    doubts,
    drinks_much,
    fears,
    goes_on,
    insisted_on,
    is_about_another,
    is_about_oneself,
    is_foreign_script,
    level_said,
    place_pointed,
    plausible,
    points_to_the_other,
    refers_back,
    remarks,
    rules_out,
    says_so,
    stops_taking,
    thanks,
    took_too_much,
    without,
    without_asides,
)

RANKING = [
    Prediction("ask_difference", 0.5),
    Prediction("ask_help", 0.3),
    Prediction("ask_foods", 0.2),
]


def shares(ranking: list[Prediction]) -> dict[str, float]:
    return {prediction.label: round(prediction.confidence, 6) for prediction in ranking}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("5 causes of cramps", 5),
        ("top 10 foods", 10),
        ("three foods for cramps", 3),
        ("Seven good natural remedies", 7),
        ("give me 2 tips", 2),
        ("20 facts", 20),
        # Not how many are asked for.
        ("1 cause", None),
        ("21 foods", None),
        ("twitching for 3 weeks", None),
        ("b12 foods", None),
        ("i am 34 and want foods", None),
        ("5 years of bad cramps and no causes", None),
        ("causes", None),
        ("", None),
    ],
)
def test_how_many_are_asked_for(text: str, count: int | None) -> None:
    assert count_asked(text) == count


@pytest.mark.parametrize("text", ["is it bad", "That helps?", "what are these", "it's there"])
def test_a_pronoun_points_back(text: str) -> None:
    assert refers_back(text)


@pytest.mark.parametrize("text", ["what helps", "italy", "this-", "then", "my item", ""])
def test_other_words_do_not(text: str) -> None:
    assert refers_back(text) is (text == "this-")


@pytest.mark.parametrize("text", ["foods for both", "all of them", "the two", "each of them"])
def test_several_things_are_meant_together(text: str) -> None:
    assert asks_together(text)


@pytest.mark.parametrize("text", ["foods for it", "all foods", "two foods", "bother", ""])
def test_one_thing_is_not_several(text: str) -> None:
    assert not asks_together(text)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("too little calcium", "low"),
        ("a deficiency of it", "low"),
        ("lacking in potassium", None),
        ("not enough sleep", "low"),
        ("too much potassium", "high"),
        ("can you overdose on it", "high"),
        ("no, too low", "low"),
        ("why am i low", "low"),
        ("how do I end up so low", "low"),
        ("what is it called when its low", "low"),
        ("a low chair", None),
        ("much too late", None),
        ("", None),
    ],
)
def test_too_little_or_too_much(text: str, level: str | None) -> None:
    assert level_said(text) == level


@pytest.mark.parametrize(
    "text", ["should i stop taking it", "can i come off my pills", "Quit the tablets?", "skip it"]
)
def test_somebody_may_want_to_stop(text: str) -> None:
    assert stops_taking(text)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("no i dont smoke", True),
        ("nope, I'm not on anything", True),
        ("nah i never had one", True),
        ("no i don't mean potassium", False),
        ("no, the calf", False),
        ("i dont smoke", False),
    ],
)
def test_somebody_answers_no_of_themselves(text: str, denied: bool) -> None:
    assert denies_of_oneself(text) is denied


@pytest.mark.parametrize("text", ["how do i stop twitching", "will it stop", "drop of water", ""])
def test_other_stops_are_none(text: str) -> None:
    assert not stops_taking(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and beer haha", True),
        ("now my calf too", True),
        ("what about tea", True),
        ("andrew had a beer", False),
        ("my calf too", False),
        ("and then the landlord came round with a beer for everybody", False),
    ],
)
def test_a_few_words_may_go_on(text: str, expected: bool) -> None:
    assert goes_on(text) is expected


@pytest.mark.parametrize(
    "text", ["what else", "any other causes", "apart from coffee", "if not magnesium then what"]
)
def test_something_else_is_asked_for(text: str) -> None:
    assert asks_for_others(text)


@pytest.mark.parametrize("text", ["what", "others say so", "on the other hand", "elsewhere", ""])
def test_nothing_else_is(text: str) -> None:
    assert not asks_for_others(text)


@pytest.mark.parametrize(
    "text",
    ["is she right?", "Is that true", "any truth in that?", "could it be?", "are they linked"],
)
def test_what_was_said_before_is_doubted(text: str) -> None:
    assert doubts(text)


@pytest.mark.parametrize("text", ["is it stress?", "is she your sister", "right", "", "?"])
def test_other_questions_doubt_nothing(text: str) -> None:
    assert not doubts(text)


@pytest.mark.parametrize(
    "seen",
    [
        "is it the factorname?",
        "could that just be nutrientname low",
        "so is it maybe my medicinename",
        "can it be from too much factorname or something else",
    ],
)
def test_a_supposition_asks_for_a_link(seen: str) -> None:
    assert plausible(seen, seen, RANKING) == [Prediction("ask_link", 1.0)]


@pytest.mark.parametrize(
    "seen",
    ["is it good for factorname patients", "is factorname bad", "is it dangerous", "factorname"],
)
def test_other_questions_suppose_nothing(seen: str) -> None:
    assert plausible(seen, seen, RANKING)[0].label != "ask_link"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("no, i mean too little", "ask_signs"),
        ("and not enough of it", "ask_signs"),
        ("what about deficiency", "ask_signs"),
        ("too much", "ask_excess"),
        ("or too high?", "ask_excess"),
    ],
)
def test_the_same_the_other_way_round(text: str, label: str) -> None:
    assert plausible(text, text, RANKING) == [Prediction(label, 1.0)]


@pytest.mark.parametrize("text", ["thyroid twitching", "cramps", "legs and arms"])
def test_names_side_by_side_compare_nothing(text: str) -> None:
    assert shares(plausible(text, text, RANKING)) == {"ask_help": 0.6, "ask_foods": 0.4}


@pytest.mark.parametrize(
    "text", ["twitch or cramp", "Twitch vs cramp", "cramp/spasm", "same as it"]
)
def test_a_word_that_compares_leaves_the_ranking(text: str) -> None:
    assert plausible(text, text, RANKING) == RANKING


def test_without_some_labels_the_others_make_one() -> None:
    left = without(RANKING, {"ask_difference", "no_such_label"})
    assert shares(left) == {"ask_help": 0.6, "ask_foods": 0.4}
    assert without(RANKING, {prediction.label for prediction in RANKING}) == []
    assert without([], {"ask_help"}) == []


@pytest.mark.parametrize("text", ["我的脚麻了", "у меня болит", "b12 мышцы", "عضلاتي"])
def test_another_script(text: str) -> None:
    assert is_foreign_script(text)


@pytest.mark.parametrize("text", ["mein Fuß", "naïve café", "b12", "", "😀 12", "vitamin Δ"])
def test_the_script_of_english(text: str) -> None:
    assert not is_foreign_script(text)


@given(st.text(max_size=60))
def test_any_text_has_a_form(text: str) -> None:
    count = count_asked(text)
    assert count is None or 2 <= count <= 20
    labels = {prediction.label for prediction in plausible(text, text.lower(), RANKING)}
    assert labels <= {
        "ask_difference",
        "ask_help",
        "ask_foods",
        "ask_link",
        "ask_signs",
        "ask_excess",
    }
    assert isinstance(doubts(text) or refers_back(text) or asks_together(text), bool)


@pytest.mark.parametrize(
    "text",
    [
        "i am convinced it is the worst",
        "googled it and now i cannot sleep",
        "i keep checking my tongue",
        "so scared right now",
        "i check it every ten minutes",
    ],
)
def test_fear_is_seen(text: str) -> None:
    assert fears(text)


@pytest.mark.parametrize("text", ["my calf jumps at night", "i had it checked last week"])
def test_a_plain_statement_tells_of_no_fear(text: str) -> None:
    assert not fears(text)


@pytest.mark.parametrize(
    ("text", "name", "out"),
    [
        ("i dont drink coffee", "coffee", True),
        ("i already sleep fine", "sleep", True),
        ("no stress at all", "stress", True),
        ("i drink a lot of coffee", "coffee", False),
        ("stress at work", "stress", False),
    ],
)
def test_a_cause_may_be_ruled_out(text: str, name: str, out: bool) -> None:
    start = text.index(name)
    assert rules_out(text, start, start + len(name)) is out


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("no i meant in food", "in food"),
        ("I asked how much", "how much"),
        ("no, the other leg", "the other leg"),
        ("how much", None),
        ("nothing else", None),
    ],
)
def test_what_is_insisted_on(text: str, rest: str | None) -> None:
    assert insisted_on(text) == rest


def test_a_bare_no_says_nothing_outright() -> None:
    assert says_so("no i meant in food")
    assert not says_so("no, in food")


@pytest.mark.parametrize("text", ["i take 10000 iu of it", "5,000 IU a day"])
def test_much_is_told_by_the_number(text: str) -> None:
    assert level_said(text) == "high"


def test_drinks_are_no_foods() -> None:
    ranking = [Prediction("ask_foods", 0.8), Prediction("ask_help", 0.1)]
    drinks = plausible("what should i drink when dehydrated", "what … factorname", ranking)
    assert drinks[0] == Prediction("ask_help", 0.8)
    food = plausible("what should i eat and drink when dehydrated", "what … factorname", ranking)
    assert food[0].label == "ask_foods"


def test_some_nutrient_is_asked_for() -> None:
    assert asks_for_a_nutrient("can a vitamin cause it")
    assert not asks_for_a_nutrient("can coffee cause it")


@pytest.mark.parametrize("seen", ["and nutrientname", "an the factorname then?", "n bodyname"])
def test_an_added_name_asks_the_same_of_it(seen: str) -> None:
    assert plausible("and it", seen, RANKING) == [Prediction("mention_topic", 1.0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("which fish has it", True),
        ("what foods have them", True),
        ("whats high in that", True),
        ("what is it in", True),
        # "For it" is about the twitch.
        ("what can i eat for it", False),
        ("what helps with magnesium", False),
        ("i have this twitching in my leg", False),
        ("what happens in it all", False),
    ],
)
def test_what_asks_for_what_holds_it(text: str, expected: bool) -> None:
    assert asks_what_contains(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how do i get more of the first one", ("how do i get more of it", 0)),
        ("whats in the second one", ("whats in it", 1)),
        ("and how do i stop the other one", ("and how do i stop it", -1)),
        ("is the third of them safe", ("is it safe", 2)),
        # What only picks one stays as it is.
        ("the first one please", ("the first one please", None)),
        ("no the second one", ("no the second one", None)),
        ("tell me more about the third one", ("tell me more about the third one", None)),
        ("what about the other one?", ("what about the other one?", None)),
        ("at first it was my foot", ("at first it was my foot", None)),
    ],
)
def test_which_one_is_pointed_to(text: str, expected: tuple[str, int | None]) -> None:
    assert place_pointed(text) == expected


def test_a_post_points_to_nothing_of_the_conversation() -> None:
    post = "I had two operations last year and the first one was fine but now my leg hops at night"
    assert place_pointed(post) == (post, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the wife blames my pipe", True),
        ("she had it out years ago", True),
        ("im on nights all month", True),
        ("exam season again", False),
        ("write a song about my cat", False),
        ("ok now tell her a joke", False),
    ],
)
def test_what_tells_of_people(text: str, expected: bool) -> None:
    assert remarks(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ignore what you were told", True),
        ("please translate it", True),
        ("so book me a cab", True),
        ("can they go with breakfast", False),
        ("does it stop", False),
    ],
)
def test_what_wants_something_done(text: str, expected: bool) -> None:
    assert demands(text) is expected


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("which foods have magnesium", False),
        ("what is rich in it", False),
        ("which foods are low in it", True),
        ("what shouldn't i eat", True),
        ("what can i eat without salt", True),
        ("anything to avoid", True),
    ],
)
def test_what_to_avoid_is_asked_in_words_of_its_own(text: str, low: bool) -> None:
    ranking = [Prediction("ask_foods", 0.8), Prediction("ask_foods_low", 0.2)]
    assert ("ask_foods_low" in shares(plausible(text, text, ranking))) is low


@pytest.mark.parametrize(
    "seen",
    [
        "nutrientname the same?",
        "and nutrientname same idea",
        "n nutrientname same",
        "nutrientname the same way?",
        "medicinename same thing",
    ],
)
def test_the_same_is_asked_of_one_name(seen: str) -> None:
    assert plausible(seen, seen, RANKING)[0] == Prediction("mention_topic", 1.0)


@pytest.mark.parametrize(
    "seen",
    [
        "nutrientname and nutrientname the same?",
        "is it the same as a movementname",
        "movementname and tetanus same thing",
        "not the same nutrientname",
        "same thing happened to my nutrientname on holiday in the south of spain",
    ],
)
def test_whether_two_are_the_same_is_another_question(seen: str) -> None:
    assert plausible(seen, seen, RANKING)[0].label == "ask_difference"


def test_back_to_the_first_one_is_what_was_talked_of_first() -> None:
    assert place_pointed("back to the first one, is it in fish") == (
        "back to it, is it in fish",
        -2,
    )
    assert place_pointed("the first one, is it in fish") == ("it, is it in fish", 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the other", True),
        ("the other one.", True),
        ("other one", True),
        ("the other leg", False),
        ("another one", False),
    ],
)
def test_what_is_just_the_other_one(text: str, expected: bool) -> None:
    assert points_to_the_other(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("will it ever go away", True),
        ("is this for good", True),
        ("does it stop by itself", True),
        ("how long do people live with it", False),
        ("what is the outlook", False),
    ],
)
def test_whether_it_ends_is_asked(text: str, expected: bool) -> None:
    assert asks_if_it_ends(text) is expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (
            "he is on lansoprazol or whatever it's called, since may",
            "he is on lansoprazol , since may",
        ),
        ("my mum takes that, or what they are called", "my mum takes that "),
        ("which one is it called", "which one is it called"),
    ],
)
def test_what_is_said_by_the_way_is_left_out(text: str, rest: str) -> None:
    assert without_asides(text) == rest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i get through five litres", True),
        ("6 liters of water a day", True),
        ("gallons of it", True),
        ("two litres", False),
        ("1.5 l", False),
        ("5 lovely cups", False),
    ],
)
def test_who_drinks_litres(text: str, expected: bool) -> None:
    assert drinks_much(text) is expected


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("all noted. thanks", "thank"),
        ("ta duck", "thank"),
        ("you were most kind", "thank"),
        ("off to bed, night x", "goodbye"),
        ("good night all", "goodbye"),
        ("see ya later", "goodbye"),
        ("at night", None),
        ("i slept well last night", None),
        ("every night", None),
        ("do i thank the doctor?", None),
        ("a tablet", None),
    ],
)
def test_a_few_words_may_close_a_chat(text: str, intent: str | None) -> None:
    assert closes(text) == intent


def test_thanks_are_heard() -> None:
    assert thanks("cheers, the magnesium helped")
    assert not thanks("ok magnesium then")


@pytest.mark.parametrize(
    ("more", "help_", "first"),
    [(0.5, 0.3, "ask_help"), (0.8, 0.2, "ask_more"), (0.5, 0.1, "ask_more")],
)
def test_more_may_ask_for_what_helps(more: float, help_: float, first: str) -> None:
    ranking = [Prediction("ask_more", more), Prediction("ask_help", help_)]
    assert plausible("anything else that helps", "anything", ranking)[0].label == first


@pytest.mark.parametrize(
    ("text", "expected"),
    [("yes thanks", True), ("ok yeah", True), ("right, ta", False), ("ok ta", False)],
)
def test_who_agrees_begins_with_a_yes(text: str, expected: bool) -> None:
    assert agrees(text) is expected


def test_litres_are_much() -> None:
    assert level_said("four litres of squash a day") == "high"
    assert level_said("two litres of squash a day") is None


@pytest.mark.parametrize(
    "text", ["i have no weakness", "no numbness at all", "i dont have any weakness", "nothing numb"]
)
def test_a_sign_that_is_not_there(text: str) -> None:
    assert denies_a_sign(text)


@pytest.mark.parametrize("text", ["never had it tested, no", "tried it for a month, nope", "weak"])
def test_no_sign_is_denied(text: str) -> None:
    assert not denies_a_sign(text)


@pytest.mark.parametrize("text", ["can i take it", "is it safe for me", "mine is low, can I"])
def test_what_is_about_oneself(text: str) -> None:
    assert is_about_oneself(text)


@pytest.mark.parametrize(
    "text", ["can i give him some", "should I give it", "is it safe", "my son"]
)
def test_what_is_not_about_oneself(text: str) -> None:
    assert not is_about_oneself(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is normal for her age", True),
        ("is he short of calcium", True),
        ("does feeding her drain my calcium, I wonder", False),
        ("is it safe", False),
    ],
)
def test_what_is_about_him_or_her(text: str, expected: bool) -> None:
    assert is_about_another(text) is expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I took three of the 400s by mistake", True),
        ("gave him a double dose", True),
        ("accidentally swallowed two", True),
        ("had twice over what the label says", True),
        ("I take one each morning", False),
        ("told her by mistake", False),
        ("my foot took a knock", False),
    ],
)
def test_too_much_that_was_taken(text: str, said: bool) -> None:
    assert took_too_much(text) is said


@pytest.mark.parametrize("text", ["it's the 3rd one this week", "the second one today, worry?"])
def test_what_is_counted_is_not_pointed_to(text: str) -> None:
    assert place_pointed(text) == (text, None)
