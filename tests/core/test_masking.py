"""What is masked in written messages, and what stays. The messages are in `masking.txt`."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.masking import Masked, mask

MESSAGES = [line for line in Path(__file__).with_name("masking.txt").read_text("utf-8").splitlines() if line[:1] not in ("#", "")]


def words(text):
    return re.findall(r"[^\W_]+", text)


@pytest.mark.parametrize("message", MESSAGES)
def test_what_is_personal_goes_and_the_other_words_stay(message):
    masked = mask(message.replace("{", "").replace("}", ""))
    marks = re.compile("|".join(re.escape(kind) for kind in Masked))
    around = re.sub(r"\{[^}]*\}", " ", message)
    assert words(marks.sub(" ", masked)) == words(around), masked
    assert bool(marks.search(masked)) == ("{" in message)


def test_there_are_two_hundred_messages():
    assert len(MESSAGES) >= 200


@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_masking_twice_changes_nothing_more(text):
    assert mask(mask(text)) == mask(mask(mask(text)))


@given(st.integers(200_000_000, 999_999_999), st.sampled_from(["", *" -./"]), st.sampled_from(["", "+39 ", "0039", "+39"]))
def test_a_mobile_number_is_masked_however_it_is_written(number, gap, prefix):
    digits = f"3{number}"
    assert mask(f"sono al {prefix}{digits[:3]}{gap}{digits[3:6]}{gap}{digits[6:]} ok") == f"sono al {Masked.PHONE} ok"


@pytest.mark.parametrize(
    "part", ["3 ", "IT60", "mi chiamo ", "via ", "a@", "12.30-", "via a ", "figlio a ", "a.", "+", "casa a "]
)
@pytest.mark.timeout(5)
def test_the_longest_message_takes_no_long_time(part):
    mask((part * 4096)[:4096])
