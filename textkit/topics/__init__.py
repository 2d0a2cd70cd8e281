"""Term matrix + seed → topics, and how far they can be trusted.

There is no automatic best number of topics and none is claimed: `fit` takes k from the caller,
`survey` sets several k side by side and shows which topics survive another seed and the loss of
reports, too few units are refused, and the intrusion sheets let people judge what no number can.
"""

from textkit.topics.choice import coherence, exclusivity, survey
from textkit.topics.models import METHODS, UNITS_PER_TOPIC, Topics, fit
from textkit.topics.sheets import Sheet, by_report, names, topic_intrusion, word_intrusion

__all__ = [
    "METHODS", "UNITS_PER_TOPIC", "Sheet", "Topics", "by_report", "coherence", "exclusivity", "fit", "names",
    "survey", "topic_intrusion", "word_intrusion",
]  # fmt: skip
