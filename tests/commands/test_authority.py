"""Who may act (docs/architecture.md), cell by cell, written out by hand: which evidence is enough for which act."""

from __future__ import annotations

import itertools

import pytest

from inboxcrm.commands.authority import WHO_MAY, verdict

# o = own Sent folder (a), a = aligned (b), t = token (c), r = the rep's yes. What is not listed is kept.
ACTS = {
    # (a) or (b); (c) never
    "command": {
        "act": ["o", "a", "oa", "ot", "or", "at", "ar", "oat", "oar", "otr", "atr", "oatr"],
        "ask": [],
    },
    # (a) or (b); (c) never
    "forwarding in": {
        "act": ["o", "a", "oa", "ot", "or", "at", "ar", "oat", "oar", "otr", "atr", "oatr"],
        "ask": [],
    },
    # by mail (b) and (c); only one of them: a one-word question to the rep
    "acceptance": {
        "act": ["at", "ar", "tr", "oat", "oar", "otr", "atr", "oatr"],
        "ask": ["a", "t", "oa", "ot"],
    },
    # (b) and (c) and the rep's yes
    "acceptance above limit": {"act": ["atr", "oatr"], "ask": ["at", "oat"]},
    # (c)
    "decline": {"act": ["t", "ot", "at", "tr", "oat", "otr", "atr", "oatr"], "ask": []},
    "question": {"act": ["t", "ot", "at", "tr", "oat", "otr", "atr", "oatr"], "ask": []},
}
LETTERS = {"o": "own", "a": "aligned", "t": "token", "r": "rep"}
ALL = ["".join(c) for n in range(5) for c in itertools.combinations("oatr", n)]


@pytest.mark.parametrize(("act", "evidence"), list(itertools.product(ACTS, ALL)))
def test_the_table_of_who_may_act(act: str, evidence: str) -> None:
    """V10."""
    row = ACTS[act]
    expected = "act" if evidence in row["act"] else "ask" if evidence in row["ask"] else "keep"

    assert verdict(act, {LETTERS[letter] for letter in evidence}) == expected


def test_no_act_is_without_its_row_here() -> None:
    assert set(WHO_MAY) == set(ACTS)


def test_an_unknown_act_is_an_error_and_never_allowed() -> None:
    with pytest.raises(KeyError):
        verdict("refund", {"own", "aligned", "token", "rep"})
