"""The reading of typed texts. Pure: no input, output, clock or randomness."""
