"""The parts of `desk.py`."""
