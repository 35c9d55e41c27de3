"""What a proof that an uncertain letter left means for each of its recipients (S1, S3)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, move_letter, note_sent, write_letter


def test_a_proof_counts_for_those_whom_the_server_had_taken_and_the_others_are_tried_again(
    work: Work,
) -> None:
    people = [Address("", f"{name}@acme.example") for name in ("taken", "refused", "late")]
    plan = Plan("notice", "notice:1", work.settings.house_account.address, people, "Hello", {})
    letter = write_letter(work, plan)
    for recipient, code in zip(letter.recipients, (250, 550, 451), strict=True):
        recipient.code = code
    move_letter(work, letter, "claimed")
    move_letter(work, letter, "uncertain")

    note_sent(work, letter)

    assert [recipient.state for recipient in letter.recipients] == ["sent", "failed", "waiting"]
    assert (letter.state, letter.sent_at) == ("waiting", None)
    assert "letters" in work.topics
