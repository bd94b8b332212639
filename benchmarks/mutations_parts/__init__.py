"""The parts of `mutations.py`: slips of editors, by what `check` should say of them."""
