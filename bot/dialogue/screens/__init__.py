"""A session shown as one message. Pure."""
