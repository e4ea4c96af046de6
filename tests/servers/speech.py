"""What the small model of the tests says: sentences that make sense on pages, from which a grammar lets it choose.

It is far too small to answer a question. What the servers make of its words is their own: fields, counts, events.
"""

from __future__ import annotations

SENTENCES = (
    "人工智能是让机器模拟人类智能的技术。",
    "我是一个人工智能助手。",
    "A clear sky over Paris, 18 °C.",
    "9.9 is larger.",
    "Blue light is scattered the most by the air.",
)
THOUGHT = "9.9 is 9.90, and 0.90 is more than 0.11.</think>9.9 is larger."

# The conversation, and for some questions the answer too, which the model only has to repeat.
TEMPLATE = """\
{% for message in messages %}{{ message.role }}: {{ message.content }}
{% endfor %}{% set asked = messages | map(attribute='content') | join(' ') %}
{%- if 'celsius' in asked %}A clear sky over Paris, 18 °C.
{% elif '9.11' in asked %}9.9 is larger.
{% elif 'sky' in asked %}Blue light is scattered the most by the air.
{% elif 'programming' in asked %}{"languages": [{"name": "Python", "year": 1991}, {"name": "Go", "year": 2009}]}
{% endif %}assistant:"""


def grammar(*sentences: str) -> str:
    """The grammar, as llama.cpp reads it, of one of these sentences."""
    return "root ::= " + " | ".join(f'"{sentence}"' for sentence in sentences)
