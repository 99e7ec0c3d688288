"""Names of responses, actions and slots that other parts rely on."""

from __future__ import annotations

DISCLAIMER = "utter_disclaimer"
EMERGENCY = "utter_emergency"
ESCALATION = "utter_escalation"
CONDITIONAL = "utter_conditional_escalation"
SEE_DOCTOR = "utter_see_doctor"
REMINDER = "utter_safety_reminder"
OUT_OF_SCOPE = "utter_out_of_scope"
FALLBACK = "utter_fallback"
UNAVAILABLE = "utter_answer_unavailable"
RESTARTED = "utter_restarted"
NO_SOURCE = "utter_no_source"
NO_SOURCE_AGAIN = "utter_no_source_again"
ASK_HUMAN = "utter_ask_human"
SUGGESTIONS = "utter_suggestions"
BEST_GUESS = "utter_best_guess"
#: The same after a remark that asks nothing.
BEST_GUESS_REMARK = "utter_best_guess_remark"
IN_GENERAL = "utter_in_general"
TOLD_BEFORE = "utter_told_before"
#: By what was told of before and matters to what is said: ids of subjects or illnesses.
MIND = {
    "kidney_disease": "utter_mind_kidneys",
    "pregnancy": "utter_mind_pregnancy",
    "children": "utter_mind_child",
}
NOT_LISTED = "utter_not_listed"
NO_FIGURE = "utter_no_figure"
LEAVES_OUT = "utter_leaves_out"
LEAVES_OUT_CHECK_LABEL = "utter_leaves_out_check_label"
ASK_WHAT = "utter_ask_what"
NO_MORE = "utter_no_more"
SOURCES = "utter_sources"
SOURCES_LATER = "utter_sources_later"
# What messaging platforms need beside the dialogue.
WELCOME = "utter_welcome"
NO_WORDS = "utter_no_words"
TOO_MANY = "utter_too_many"
FORGOTTEN = "utter_forgotten"
FORGET_FAILED = "utter_forget_failed"
SMS_HELP = "utter_sms_help"
NO_SUCH_CHOICE = "utter_no_such_choice"

#: What a response's name ends in where the conversation has had it before: the short form.
AGAIN = "again"

ANSWER_ACTION = "action_answer"
SUGGEST_ACTION = "action_suggest_questions"
OFFERED_ACTION = "action_answer_offered"
MORE_ACTION = "action_more"
CHOOSE_ACTION = "action_choose"
REPEAT_ACTION = "action_repeat"
SOURCES_ACTION = "action_sources"

TOPIC_SLOT = "topic"
ASPECT_SLOT = "aspect"
BODY_PART_SLOT = "body_part"
#: The movement that was talked of last ("leg_twitch"), while ``topic`` may be a nutrient.
MOVEMENT_SLOT = "movement"
#: The nutrient that was talked of last, while ``topic`` may be something else.
NUTRIENT_SLOT = "nutrient"
#: The subject that the last answer had no source on, where it had nothing else to say.
SUBJECT_SLOT = "unsourced_subject"
FOR_WHOM_SLOT = "for_whom"
#: Ids of the groups of foods that somebody does not eat.
LEAVES_OUT_SLOT = "leaves_out"
#: The id of the answer given in this turn; its absence after a custom action means that it failed.
ANSWERED_SLOT = "answered"
#: True where the answer given in this turn names weakness or numbness.
RED_FLAG_ANSWER_SLOT = "answer_names_red_flag"
#: Answers given lately (``topic.aspect``), so that they are not offered again.
RECENT_SLOT = "recent_answers"
#: Ids of the answers of the last turn that had one: for "say that again" and "source?".
LAST_ANSWERS_SLOT = "last_answers"
#: Payloads of the follow-ups offered with the last answer.
OFFERED_SLOT = "offered"
#: Ids of the signs mentioned so far in the conversation.
SIGNS_SLOT = "mentioned_signs"
#: True where the last turn ended in the question whether there is weakness or numbness.
ASKED_SLOT = "asked_about_signs"
#: The wordings in which the conversation has had the escalation: "self", "other", "child".
ESCALATED_SLOT = "escalated_for"
#: The last emergency or escalation, as ``assessing.urged_as_data`` writes it.
URGED_SLOT = "urged"
#: True once ``utter_see_doctor`` was said for a sign of tier see-a-doctor-soon.
ADVISED_SLOT = "advised"


def is_response(said: str, *wanted: str) -> bool:
    """Say whether ``said`` is one of the named responses or a variant (``utter_x_child``)."""
    return any(said == name or said.startswith(f"{name}_") for name in wanted)
