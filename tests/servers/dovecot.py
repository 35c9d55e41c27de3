"""A real IMAP server for tests: Dovecot as a child process with its own folder, on a free loopback port."""

from __future__ import annotations

import ctypes
import grp
import imaplib
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "pw"
NOBODY = 65534
PR_SET_PDEATHSIG = 1
READY_WITHIN_S = 15
_libc = ctypes.CDLL(None)

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
ssl = no
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
first_valid_uid = {uid}
last_valid_uid = 0
first_valid_gid = {gid}
mail_location = mdbox:{folder}/mail/%u
mail_home = {folder}/home/%u
mail_uid = {uid}
mail_gid = {gid}
mailbox_list_index = yes
mail_fsync = never
mail_max_userip_connections = 200
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
  service_count = 0
  client_limit = 200
}}
service imap {{
  process_limit = 200
}}
service stats {{
  chroot =
}}
{oauth}
passdb {{
  driver = static
  mechanisms = plain login
  args = password=pw
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
}}
"""


OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {file}
}}
"""


@dataclass(frozen=True, slots=True)
class ImapTestServer:
    """Where it listens (plain, loopback); every user name exists, and `password` opens all of them."""

    host: str
    port: int
    password: str
    log: Path
    pid: int


@contextmanager
def dovecot(
    folder: Path, tokeninfo: str = "", mechanisms: str = "xoauth2 oauthbearer"
) -> Iterator[ImapTestServer]:
    """A running Dovecot with its data below `folder`; it dies with the block, and with this process.

    With the address of a token server (`tokeninfo`, to which it adds the token) it takes tokens too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    config = folder / "dovecot.conf"
    owners = _owners(folder)
    oauth = _oauth(folder, tokeninfo, mechanisms)
    config.write_text(CONFIG.format(folder=folder, port=port, **oauth, **owners))
    child = subprocess.Popen(
        ["/usr/sbin/dovecot", "-F", "-c", str(config)],
        preexec_fn=die_with_parent,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for_login(child, port, folder / "dovecot.log")
        yield ImapTestServer("127.0.0.1", port, PASSWORD, folder / "dovecot.log", child.pid)
    finally:
        _stop(child)


def _oauth(folder: Path, tokeninfo: str, mechanisms: str) -> dict[str, str]:
    if not tokeninfo:
        return {"mechanisms": "plain login", "oauth": ""}
    file = folder / "oauth2.conf.ext"
    file.write_text(f"tokeninfo_url = {tokeninfo}\nusername_attribute = username\ntimeout_msecs = 5000\n")
    return {"mechanisms": f"plain login {mechanisms}", "oauth": OAUTH.format(file=file)}


def free_port() -> int:
    """A loopback port that the system has just called free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent() -> None:
    """For preexec_fn: the child gets SIGTERM when the process that started it ends, however it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _owners(folder: Path) -> dict[str, str | int]:
    """Dovecot refuses root for login and mail, and a plain user may use nothing but itself."""
    user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    is_root = os.geteuid() == 0
    for name in ("run", "mail", "home"):
        (folder / name).mkdir(exist_ok=True)
    if is_root:
        for name in ("mail", "home"):
            os.chown(folder / name, NOBODY, NOBODY)
        for way in (folder, *folder.parents):
            if (
                way.owner() == user
                and not way.stat().st_mode & 0o001
                and way.is_relative_to(_temporary(folder))
            ):
                way.chmod(0o755)
    return {
        "user": user,
        "group": group,
        "login_user": "dovenull" if is_root else user,
        "uid": NOBODY if is_root else os.geteuid(),
        "gid": NOBODY if is_root else os.getegid(),
    }


def _temporary(folder: Path) -> Path:
    """The topmost folder below /tmp (or the folder itself): only these may be opened for the mail user."""
    parts = folder.resolve().parts
    return Path(*parts[:3]) if len(parts) > 2 and parts[1] == "tmp" else folder.resolve()


def _stop(child: subprocess.Popen[bytes]) -> None:
    """SIGTERM first; Dovecot waits a second for its helpers, which live in its own process group."""
    child.terminate()
    try:
        child.wait(0.1)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(10)


def _wait_for_login(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            with imaplib.IMAP4("127.0.0.1", port, timeout=5) as connection:
                connection.login("ready@probe.test", PASSWORD)
                return
        except (OSError, imaplib.IMAP4.error) as error:
            if child.poll() is not None or time.monotonic() > until:
                told = log.read_text() if log.exists() else ""
                raise RuntimeError(f"Dovecot did not start: {error}\n{told[-2000:]}") from error
            time.sleep(0.01)
