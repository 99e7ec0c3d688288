"""Safety assessment of messages: plain rules over the raw text, without a model and without Rasa.

from twitchwise.safety import Memory, Outcome, assess

assess("my foot is numb").outcome is Outcome.ESCALATE
"""

from twitchwise.safety.assess import Assessment, Memory, Outcome, Urged, assess
from twitchwise.safety.context import Context, Person
from twitchwise.safety.loading import RULES_FILE, default_rules, load_rules
from twitchwise.safety.normalise import Text, normalise
from twitchwise.safety.rules import REQUIRED_FLAGS, Rules, RulesError, Tier

__all__ = [
    "REQUIRED_FLAGS",
    "RULES_FILE",
    "Assessment",
    "Context",
    "Memory",
    "Outcome",
    "Person",
    "Rules",
    "RulesError",
    "Text",
    "Tier",
    "Urged",
    "assess",
    "default_rules",
    "load_rules",
    "normalise",
]
