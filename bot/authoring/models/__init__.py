"""The fields of every content file, declared once: one module a file."""
