"""All that citizens and managers read, and can do, about a case. Pure."""
