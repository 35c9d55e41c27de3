"""Our Message-IDs are recognised whatever the domain, and cannot be made up (T2, T4)."""

from __future__ import annotations

import pytest

from inboxcrm.mail.letter_token import make_message_id, read_message_id

KEY = b"k" * 32


def test_our_id_is_recognised_under_any_domain_and_with_brackets():
    ours = make_message_id(KEY, "01J-abc_9", "crm.ours.test")
    assert ours.endswith("@crm.ours.test")
    assert read_message_id(KEY, ours) == "01J-abc_9"
    assert read_message_id(KEY, f"<{ours}>") == "01J-abc_9"
    assert read_message_id(KEY, ours.replace("crm.ours.test", "relay.example")) == "01J-abc_9"


@pytest.mark.parametrize(
    "wrong", ["", "x", "a.b@c", "01J.0123456789abcdef@x", "a@b@c", "01J.\u0660" * 9, "x" * 100_000]
)
def test_what_is_not_ours_is_not_recognised(wrong):
    assert read_message_id(KEY, wrong) is None


def test_another_serial_key_or_code_is_not_ours():
    ours = make_message_id(KEY, "41", "x")
    assert read_message_id(b"other", ours) is None
    assert read_message_id(KEY, ours.replace("41.", "42.", 1)) is None
    assert read_message_id(KEY, ours[:-3] + "@x") is None


def test_a_serial_that_would_break_the_id_is_refused():
    with pytest.raises(ValueError, match="serial"):
        make_message_id(KEY, "a@b\r\n", "x")
