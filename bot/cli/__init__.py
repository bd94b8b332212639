"""The commands of `python -m bot`, one file each. Exit codes: 0 fine, 1 content or result wrong, 2 usage."""
