"""All that citizens and managers can read and do about a case. Pure."""
