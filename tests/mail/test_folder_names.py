"""Folders are known by their attribute, else by the names that mail programs give them."""

from __future__ import annotations

import pytest

from inboxcrm.mail.folder_names import FolderName, named_folders, special_use


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("INBOX", "inbox"), ("inbox", "inbox"), ("Sent Items", "sent"), ("Verzonden items", "sent"),
        ("Gesendet", "sent"), ("Gesendete  Elemente", "sent"), ("INBOX/Sent", "sent"), ("Éléments envoyés", "sent"),
        ("Elementy wysłane", "sent"), ("Drafts", "drafts"), ("Concepten", "drafts"), ("Entwürfe", "drafts"),
        ("Junk E-mail", "junk"), ("Lähetetyt", "sent"), ("Elküldött elemek", "sent"), ("Gönderilmiş Öğeler", "sent"),
        ("İstenmeyen E-posta", "junk"), ("Отправленные", "sent"), ("Надіслані", "sent"), ("Απεσταλμένα", "sent"),
        ("送信済みアイテム", "sent"), ("已发送邮件", "sent"), ("보낸편지함", "sent"), ("Odeslaná pošta", "sent"),
        ("E\u0301le\u0301ments envoye\u0301s", "sent"), ("Черновики", "drafts"), ("ゴミ箱", "trash"),
        ("Prullenbak", "trash"), ("Customers", None), ("Sent to Bob", None), ("", None),
    ],
)  # fmt: skip
def test_a_name_tells_what_a_folder_is_for(name, wanted):
    assert special_use(name, []) == wanted


def test_an_attribute_beats_the_name_and_is_not_guessed_twice():
    listed = [("Uitgaand", ("\\HasNoChildren", "\\Sent"), "/"), ("Sent", (), "/"), ("Drafts", (), "/")]
    assert named_folders(listed) == [
        FolderName("Uitgaand", "sent"),
        FolderName("Sent", None),
        FolderName("Drafts", "drafts"),
    ]


def test_the_delimiter_may_be_a_dot_or_nothing():
    assert special_use("INBOX.Sent", [], ".") == "sent"
    assert special_use("Sent", [], "") == "sent"
