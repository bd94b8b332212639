"""What content teaches, kept between starts; and the encoders of sentences."""
