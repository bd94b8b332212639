"""A text made comparable: normalised, spelt right, cut into tokens."""
