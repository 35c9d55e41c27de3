"""Tells the manager that a mailbox waits for somebody to sign in, from another one where there is one (I15)."""

from __future__ import annotations

from inboxcrm.base.work import Event, Work
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.way_out import way_out


def tell_of_sign_in(work: Work, event: Event) -> None:
    """Write one letter for one time that an account came to need a person."""
    address, reason = str(event.payload["account"]), str(event.payload["reason"])
    settings = work.settings
    account = next((one for one in settings.account if one.address == address), None)
    manager = settings.manager
    if account is None:
        return
    write_letter(
        work,
        Plan(
            kind="sign_in",
            dedupe=f"sign_in:{event.id}",
            account=way_out(settings, manager, {address}),
            to=[Address(manager.name, manager.address)],
            user=manager.key,
            subject=f"The mailbox {address} cannot be opened",
            facts={
                "name": manager.name,
                "account": address,
                "reason": reason,
                "is_oauth": account.auth == "oauth",
            },
            is_capped=False,
        ),
    )
