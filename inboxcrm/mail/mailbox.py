"""The former name of `fetched`, until nobody imports it any more."""

from __future__ import annotations

from inboxcrm.mail.fetched import Fetched as Fetched
from inboxcrm.mail.fetched import FetchedHead as FetchedHead
from inboxcrm.mail.fetched import FolderState as FolderState
from inboxcrm.mail.fetched import ImapServer as ImapServer
