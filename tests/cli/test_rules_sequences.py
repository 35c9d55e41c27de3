"""`rules test` plays a sequence through, its waits too (EM-8)."""

from __future__ import annotations

from tests.cli.shop import Shop
from tests.rules.writing import a_rule

LETTER = '{ action = "letter", letter = "follow_up"'
SEQUENCE = a_rule(
    'on = "lead.created"', 'for = "lead"', do=f'{LETTER} }}, {LETTER}, wait = "3 business days" }}'
)


def test_both_letters_of_a_sequence_are_written_in_a_test(shop: Shop) -> None:
    shop.open()
    folder = shop.office().settings.rules.folder
    (folder / "sequence.toml").write_text(f'version = "1"\n{SEQUENCE}')
    (folder / "tests" / "new-lead.toml").write_text('wait = "6 days"\n[[expect]]\nrule = "test"\ntimes = 2\n')

    told = shop.say("rules", "test")

    assert (told.code, told.out.splitlines()[0]) == (0, "ok      new-lead"), told.err
