"""The parts of the simulation."""
