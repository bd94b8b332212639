"""What the words of the network mean. Pure: no input, output, clock or randomness."""
