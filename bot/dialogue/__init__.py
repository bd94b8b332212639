"""What the bot says. Pure: no input, output, clock or randomness."""
