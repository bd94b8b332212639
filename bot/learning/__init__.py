"""Learning from content: its result, kept between starts, and the encoders of sentences."""
