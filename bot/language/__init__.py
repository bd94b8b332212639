"""What people type. Pure: no input, output, clock or randomness."""
