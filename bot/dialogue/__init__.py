"""The conversation: from an incoming message to the replies and effects. Pure: no input, output, clock or randomness."""
