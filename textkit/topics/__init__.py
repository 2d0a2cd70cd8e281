"""Term matrix + seed → topics, and how far they can be trusted.

There is no automatic best number of topics and none is claimed: `fit` takes k from the caller,
`survey` sets several k side by side, `stability` shows which topics survive another seed and the
loss of reports (Greene, O'Callaghan & Cunningham 2014), too few units are refused, and the
intrusion sheets let people judge what no number can.
"""

from textkit.topics.choice import coherence, exclusivity, stability, survey
from textkit.topics.models import METHODS, UNITS_PER_TOPIC, Topics, fit
from textkit.topics.sheets import Sheet, by_report, names, precision, topic_intrusion, word_intrusion

__all__ = [
    "METHODS",
    "UNITS_PER_TOPIC",
    "Sheet",
    "Topics",
    "by_report",
    "coherence",
    "exclusivity",
    "fit",
    "names",
    "precision",
    "stability",
    "survey",
    "topic_intrusion",
    "word_intrusion",
]
