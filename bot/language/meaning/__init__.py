"""The meaning of a text: needs, danger, wishes for a person, topics out of scope."""
