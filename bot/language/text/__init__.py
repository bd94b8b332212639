"""Forms of a typed text that can be compared: normalised, in standard spelling, as tokens. No meaning."""
