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
NO_ANSWER = "utter_no_answer"
SUGGESTIONS = "utter_suggestions"
ASK_WHAT = "utter_ask_what"

ANSWER_ACTION = "action_answer"
SUGGEST_ACTION = "action_suggest_questions"
OFFERED_ACTION = "action_answer_offered"

TOPIC_SLOT = "topic"
ASPECT_SLOT = "aspect"
BODY_PART_SLOT = "body_part"
#: The id of the answer given in this turn; its absence after a custom action means that it failed.
ANSWERED_SLOT = "answered"
#: True where the answer given in this turn names weakness or numbness.
RED_FLAG_ANSWER_SLOT = "answer_names_red_flag"
#: Answers given lately (``topic.aspect``), so that they are not offered again.
RECENT_SLOT = "recent_answers"
#: Payloads of the follow-ups offered with the last answer.
OFFERED_SLOT = "offered"
#: Ids of the signs mentioned so far in the conversation.
SIGNS_SLOT = "mentioned_signs"
#: True once ``utter_see_doctor`` was said for a sign of tier see-a-doctor-soon.
ADVISED_SLOT = "advised"
