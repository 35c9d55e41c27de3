"""`sms`: a text message to the contact of the box or to users, by the mail gateway of `[sms]`."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan
from inboxcrm.rules.actions.shape import Occasion, Verb, people
from inboxcrm.rules.ground import Ground, Wrong, wrong_kind
from inboxcrm.rules.letters.addressee import Silent, addressee_of
from inboxcrm.rules.letters.writing import WITH_BOX, dedupe_of, write_outside
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import render_text

CONTACT = "contact"
LONGEST = 300  # characters, two messages; the rest is cut off


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    gateway, to = work.settings.sms.gateway, str(arguments["to"])
    if not gateway:
        raise Refused("config.toml has no [sms] gateway")
    try:
        reached = _numbers(work, occasion, to)
    except Silent as why:
        return f"sent no text message: {why}"
    text = " ".join(render_text(str(arguments["text"]), occasion.facts).split())
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    for name, phone in reached:
        plan = Plan(
            kind="sms",
            dedupe=dedupe_of(occasion, f"sms:{phone}"),
            account=work.settings.house_account.address,
            to=[Address(name, gateway.replace("{number}", phone.lstrip("+")))],
            subject=work.settings.company.name,
            facts={"text": text},
            box_id=_number(occasion.values.get("box_id")),
            run_id=occasion.run_id if to == CONTACT else None,
        )
        write_outside(work, occasion, plan)
    return "wrote a text message to " + " and ".join(name for name, _ in reached)


def _numbers(work: Work, occasion: Occasion, to: str) -> list[tuple[str, str]]:
    """Give names and telephone numbers of those who are meant. Raises Refused of one who has none, and Silent."""
    if to == CONTACT:
        contact = addressee_of(work, occasion).contact
        if not contact.phone:
            raise Refused(f"no telephone number of {contact.name} is known")
        return [(contact.name, contact.phone)]
    users = people(work, occasion, to)
    without = next((user.key for user in users if not user.phone), None)
    if without:
        raise Refused(f"config.toml has no phone of {without}")
    return [(user.name, user.phone) for user in users]


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    if not ground.settings.sms.gateway:
        remedy = 'write in config.toml: [sms] gateway = "{number}@…", the address of your gateway'
        return [Wrong("action", "no text message can be sent without a gateway", remedy)]
    to = str(arguments.get("to"))
    user = ground.settings.user_by_key(to)
    if user is not None and not user.phone:
        return [Wrong("to", f"there is no phone of '{to}'", "write phone in his [[user]] of config.toml")]
    return wrong_kind(ground, *WITH_BOX) if to == CONTACT else []


VERB = Verb(
    ActionShape(
        required={"to": Argument(ArgumentType.WORD), "text": Argument(ArgumentType.TEXT)},
        doc="A text message to the contact or to users, by the mail gateway of [sms].",
    ),
    _run,
    _check,
)
