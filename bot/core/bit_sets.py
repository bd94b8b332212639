"""Sets of small numbers as the bits of one integer: adding and intersecting thousands of offers takes microseconds. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

#: The numbers in each byte.
_BITS_OF = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def numbers_in(bits: int) -> Iterator[int]:
    """Yield the numbers in a bit set, the lowest first."""
    for position, byte in enumerate(bits.to_bytes(bits.bit_length() // 8 + 1, "little")):
        yield from (position * 8 + bit for bit in _BITS_OF[byte])


def bit_set(numbers: Sequence[int], size: int) -> int:
    """Return the bit set of some numbers, all of them less than `size`."""
    buffer = bytearray(size // 8 + 1)
    for number in numbers:
        buffer[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(buffer, "little")
