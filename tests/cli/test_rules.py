"""`rules check`, `list`, `explain` and `replay` at the command line (RN-8, OP-9, V7)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from inboxcrm.rules.book import RuleBook
from inboxcrm.workers.reactions import react_to_events
from tests.cli.shop import Shop
from tests.ingest.building import SALES, open_box, raw_mail
from tests.rules.writing import a_rule

DRAFT = a_rule('on = "lead.created"', 'for = "lead"', "when = \"name == 'Question'\"", name="question")


def a_lead_came(shop: Shop) -> None:
    """A stranger writes, and the starter rules react."""
    shop.open()
    office = shop.office()
    open_box(office).take(raw_mail("carla@brouwer.test", SALES, mid="<1@brouwer.test>"))
    react_to_events(office, RuleBook(office.settings.rules.folder).open())


def rules_in(shop: Shop) -> Path:
    return shop.office().settings.rules.folder


def test_check_finds_all_faults_of_all_files_at_once(shop: Shop) -> None:
    shop.open()
    right = shop.say("rules", "check")
    assert right.code == 0
    assert right.out.splitlines()[-1].endswith("rules are right")
    assert "  asked of the database: is_open and not is_on_hold" in right.out

    (rules_in(shop) / "bad.toml").write_text('version = "1"\n' + a_rule('every = "workdy 07:00"', 'for = "lead"'))
    (rules_in(shop) / "worse.toml").write_text('version = "1"\n' + DRAFT.replace("name ==", "nam =="))
    wrong = shop.say("rules", "check")
    assert wrong.code == 1
    assert wrong.out.splitlines() == [
        "bad.toml:7:10: 'workdy 07:00' is no schedule; did you mean 'workday'?",
        "worse.toml:9:9: 'lead' has no fact 'nam'; did you mean 'name'?",
        "2 to mend; nothing of this folder would come into force",
    ]
    assert shop.say("rules", "check", "--json").json["faults"][0]["line"] == 7


def test_check_looks_at_a_folder_of_drafts(shop: Shop) -> None:
    shop.open()
    draft = shop.folder / "draft"
    draft.mkdir()
    (draft / "one.toml").write_text('version = "1"\n' + a_rule('on = "lead.creatd"', 'for = "lead"'))

    assert shop.say("rules", "check", str(draft)).out.startswith("one.toml:7:7: there is no event 'lead.creatd'")


def test_check_and_list_read_as_the_rule_does(shop: Shop) -> None:
    """An `or` keeps to itself between other parts, and a schedule says `every` once."""
    shop.open()
    draft = shop.folder / "draft"
    draft.mkdir()
    when = "is_open and (amount < 10 or probability > 90)"
    rule = a_rule('every = "every 15 minutes"', 'for = "opportunity"', f'when = "{when}"')
    (draft / "one.toml").write_text('version = "1"\n' + rule)

    assert f"  asked of the database: {when}" in shop.say("rules", "check", str(draft)).out.splitlines()
    assert "every every" not in shop.say("rules", "list").out


def test_list_says_what_each_rule_did(shop: Shop) -> None:
    """RN-8: version and date of the file; hit counts and the last firing."""
    a_lead_came(shop)

    told = shop.say("rules", "list")
    assert told.code == 0
    [line] = [line for line in told.out.splitlines() if line.startswith("new-lead ")]
    assert "on lead.created" in line
    assert line.split()[-3:] == ["1", "1", "0"]
    rows = {row["id"]: row for row in shop.say("rules", "list", "--json").json["rules"]}
    assert rows["new-lead"]["fired"] == 1
    assert rows["renewal"]["last_at"] is None


def test_explain_goes_from_the_firing_up_to_the_mail(shop: Shop) -> None:
    a_lead_came(shop)

    [told] = [one for one in shop.say("rules", "explain", "--box", "1", "--json").json if one["rule"] == "new-lead"]
    assert told["facts"]["state"] == "New"  # as it was then; it is Assigned now
    assert any(line.startswith("lead.assigned") for line in told["made"])
    assert told["causes"][0].startswith("lead.created (lead 1)")
    assert ", mail of carla@brouwer.test: Question" in told["causes"][-1]
    lines = shop.say("rules", "explain", told["firing"]).out.splitlines()
    assert lines[0].startswith("new-lead, version")
    assert "  saw       state = New" in lines
    assert shop.say("rules", "explain", "new-lead").out.splitlines() == lines
    assert shop.say("rules", "explain", "nonsense").code == 2
    assert shop.say("rules", "explain").code == 2


def test_replay_shows_what_a_draft_would_have_done(shop: Shop) -> None:
    a_lead_came(shop)
    shop.clock.move(timedelta(days=1))
    draft = shop.folder / "draft"
    draft.mkdir()
    (draft / "one.toml").write_text('version = "1"\n' + DRAFT)

    same = shop.say("rules", "replay", "--since", "2d").out.splitlines()
    assert "= 1 the same" in same[-2]
    assert same[-1].endswith("digests.")  # whoever ran no ticker got none
    listed = shop.say("rules", "replay", "--since", "2d", "--all").out.splitlines()
    headings = [line for line in listed if ", version" in line]
    assert len(headings) == len(set(headings))  # rule by rule
    told = shop.say("rules", "replay", "--since", "2d", "--folder", str(draft), "--rule", "question").out
    [line] = [line for line in told.splitlines() if line.startswith("+ 2")]
    assert line.endswith("Question (box 1): task to anna: 'look' (kind errand)")
    assert told.splitlines()[-1] == "Would have made besides: 1 task."
    gone = shop.say("rules", "replay", "--since", "2d", "--folder", str(draft), "--json").json
    assert [line["sign"] for line in gone["lines"] if line["rule"] == "new-lead"] == ["-"]


def test_wrong_times_say_what_would_be_right(shop: Shop) -> None:
    shop.open()

    assert "write a day such as" in shop.say("rules", "replay", "--since", "soon").err
    assert "later than" in shop.say("rules", "replay", "--until", "100d").err
    assert "no rule 'nonsense'" in shop.say("rules", "replay", "--rule", "nonsense").err


def test_the_test_beside_the_starter_rules_is_as_expected(shop: Shop) -> None:
    """The shipped example, which `init` copies beside the rules."""
    shop.open()

    told = shop.say("rules", "test")
    assert (told.code, told.out.splitlines()) == (0, ["ok      new-lead", "1 of 1 tests are as expected"])


def test_a_test_says_what_is_different(shop: Shop) -> None:
    shop.open()
    case = rules_in(shop) / "tests" / "new-lead.toml"
    case.write_text(
        'wait = "1 hour"\n'
        '[[expect]]\nrule = "new-lead"\ntask = "Visit Bob"\n'
        '[[expect]]\nrule = "customer-mail"\n'
        '[[expect]]\nrule = "new-lead"\ntimes = 2\n'
        '[[expect]]\nrule = "nonsense"\n'
    )

    told = shop.say("rules", "test")
    assert told.code == 1
    assert told.out.splitlines() == [
        "FAILED  new-lead",
        "        new-lead made no task with 'Visit Bob'; it made 'Answer Bob Brouwer: Licences for Acme'",
        "        customer-mail did not fire; what fired: new-lead",
        "        new-lead fired 1 times, not 2",
        "        there is no rule 'nonsense'",
        "0 of 1 tests are as expected",
    ]


def test_a_test_that_cannot_be_read_says_where(shop: Shop) -> None:
    shop.open()
    case = rules_in(shop) / "tests" / "new-lead.toml"
    for text, words in (
        ('[[expect]]\nrul = "new-lead"\n', "expect.0.rule: Field required"),
        ('wait = "soon"\n[[expect]]\nrule = "new-lead"\n', "'soon' is no duration"),
        ('before = ["none.eml"]\n[[expect]]\nrule = "new-lead"\n', "there is no mail none.eml beside it"),
        ('[[expect]]\nrule = "new-lead"\n[[given]]\nsetting = "leads.no"\nvalue = 1\n', "there is no such setting"),
    ):
        case.write_text(text)
        told = shop.say("rules", "test")
        assert told.code == 2
        assert words in told.err
