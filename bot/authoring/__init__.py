"""YAML ↔ core, for the people who write content. Reads files; everything else in the core stays pure."""
