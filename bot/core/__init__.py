"""The meaning of content: attributes, conditions, offers, interviews, cases. Pure: no input, output, clock or randomness."""
