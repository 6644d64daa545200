"""The keys that encrypt identity numbers: a new one, and changing over to it."""

from __future__ import annotations

import sys

import click

from suyu_learn.cli.common import SOME, suyu, told
from suyu_learn.services import identity_desk, identity_vault
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _, ngettext


@suyu.command("identity-key")
def identity_key() -> None:
    """Print a new key for SUYU_LEARN_IDENTITY_KEYS. It is stored nowhere: keep it, and keep it apart from backups."""
    click.echo(identity_vault.new_key_text())


@suyu.command("rotate-identity-keys")
@told
def rotate_identity_keys() -> None:
    """Encrypt all identity numbers with the first key that is set; then the others can be taken away.

    Some hundred at a time: broken off, it goes on where it is started again.
    """
    here = learn()
    here.vault.require_key()
    changed = failed = after = 0
    while True:
        with here.database.writing() as session:
            found = identity_desk.rotate(session, vault=here.vault, now=here.now(), after=after,
                                         most=identity_desk.AT_ONCE)  # fmt: skip
        if found is None:
            break
        changed, failed, after = changed + found.changed, failed + found.failed, found.last
    click.echo(ngettext("%(num)s identity number is encrypted with the first key now.",
                        "%(num)s identity numbers are encrypted with the first key now.", changed))  # fmt: skip
    if failed:
        click.echo(_("%(num)s could not be opened and stay as they are: their key is not set, or they are damaged.",
                     num=failed), err=True)  # fmt: skip
        sys.exit(SOME)
