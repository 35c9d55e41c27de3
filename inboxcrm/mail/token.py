"""The former name of `letter_token`, until nobody imports it any more."""

from __future__ import annotations

from inboxcrm.mail.letter_token import make_message_id as make_message_id
from inboxcrm.mail.letter_token import read_message_id as read_message_id
