"""Counts refused logins of an account over all processes and holds back the fourth within an hour (I15).

The second try and each after it is written down before it is made, under a lock: processes that try at once cannot
make more of them together, and one that dies while it tries has still tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from inboxcrm.base.settings import Account
from inboxcrm.base.sign_in import (
    MOST_FAILURES,
    OK,
    WINDOW,
    ask_for_person,
    lock_sign_in,
    note_success,
    recent_failures,
    set_failures,
    sign_in_of,
)
from inboxcrm.base.work import Office
from inboxcrm.mail.errors import (
    LoginHeld,
    MailboxError,
    MailboxLoginRefused,
    SubmissionError,
    SubmissionLoginRefused,
)
from inboxcrm.mail.providers import provider_of
from inboxcrm.mail.tokens import ACTOR, alert

Door = Literal["imap", "smtp"]
REFUSED = (MailboxLoginRefused, SubmissionLoginRefused)


@dataclass(frozen=True, slots=True)
class LoginCount:
    """The count of one door of an account; `mark` tells one password from another, each has its own count."""

    office: Office
    account: Account
    door: Door
    mark: str
    is_asked: bool  # a person waits: the count goes on, and does not hold back

    def has_failed(self) -> bool:
        """Tell whether a login was refused within the last hour."""
        with self.office.reading() as session:
            row = sign_in_of(session, self.account.address, self.door)
            return bool(recent_failures(row, self.mark, self.office.clock.now()))

    @contextmanager
    def counted(self, *, is_last: bool) -> Iterator[None]:
        """Make one login in this block. `is_last`: if it is refused too, only a person can help.

        Raises LoginHeld before the block if it would be one too many. A refusal that only asks for a pause (I16)
        is not counted.
        """
        is_charged = self.has_failed() and self._charge()
        try:
            yield
        except REFUSED as error:
            is_pause = provider_of(self.account.provider_key).asked_pause_s(str(error)) is not None
            self._note_refusal(str(error), is_charged, is_pause, is_last)
            raise
        except (MailboxError, SubmissionError):
            self._note_refusal("", is_charged, True, is_last)  # no word on the login: it is taken back
            raise
        self._note_success()

    def _charge(self) -> bool:
        with self.office.work("sign_in", actor=ACTOR) as work:
            row = lock_sign_in(work.session, self.account.address, self.door)
            failures = recent_failures(row, self.mark, work.now)
            if len(failures) >= MOST_FAILURES and not self.is_asked:
                raise LoginHeld(self.account.address, row.reason, failures[-MOST_FAILURES] + WINDOW)
            set_failures(row, self.mark, [*failures, work.now])
        return True

    def _note_refusal(self, reason: str, is_charged: bool, is_pause: bool, is_last: bool) -> None:
        if is_pause and not is_charged:
            return
        with self.office.work("sign_in", actor=ACTOR) as work:
            row = lock_sign_in(work.session, self.account.address, self.door)
            failures = recent_failures(row, self.mark, work.now)
            if is_pause:
                set_failures(row, self.mark, failures[:-1])
                return
            failures = failures if is_charged else [*failures, work.now]
            set_failures(row, self.mark, failures)
            row.reason = reason[:1000]
            # One refusal alone may be a server's bad moment, or a token that has just grown old.
            if is_last and len(failures) > 1 and ask_for_person(row, reason):
                alert(work, self.account, reason)

    def _note_success(self) -> None:
        with self.office.reading() as session:
            row = sign_in_of(session, self.account.address, self.door)
            if row is None or (row.state == OK and not row.failures):
                return
        with self.office.work("sign_in", actor=ACTOR) as work:
            note_success(lock_sign_in(work.session, self.account.address, self.door))
