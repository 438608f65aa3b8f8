"""`rehabflow episode verify` and `note`: that no entry was changed, and what to hold the store against."""

from __future__ import annotations

from pathlib import Path

import click

from rehabflow.cli.episode.desk import open_desk
from rehabflow.cli.episode.options import Setting, episode_options
from rehabflow.cli.episode.private import PrivateCommand
from rehabflow.cli.printing import show, show_json, talk
from rehabflow.loading.folders import read_bytes
from rehabflow.problems import UsageError
from rehabflow.render.page import Line
from rehabflow.render.words import counted, instant_iso
from rehabflow.store.backups import write_private
from rehabflow.store.notes import head_note, new_signing_key, public_key_of, verify
from rehabflow.store.roles import require

KEY_LENGTH = 32
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("verify", cls=PrivateCommand)
@click.option("--against", type=FILE, metavar="NOTE", help="A note made earlier and kept elsewhere.")
@click.option("--public-key", default="", metavar="HEX", help="By which NOTE has to be signed.")
@episode_options
def verify_store(*, against: Path | None, public_key: str, setting: Setting) -> int:
    """Verify that no entry of any episode was changed, exchanged, put in or taken out.

    Without NOTE, whoever can write the store can also have hidden it.
    """
    with open_desk(setting) as desk:
        require(desk.actor, "verify")
        if against is not None and not public_key:
            raise UsageError("say by which key the note has to be signed: --public-key HEX")
        note = _content(against) if against is not None else None
        key = _public(public_key) if note is not None else b""
        found = verify(desk.store, note, key, desk.episodes.vault.keys)
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episode-verify/1",
                "episodes": found.episodes,
                "entries": found.entries,
                "noted": found.noted if note is not None else None,
            })  # fmt: skip
        else:
            what = f"{counted(found.entries, 'entry', 'entries')} of {counted(found.episodes, 'episode')}"
            held = (
                f" The note vouches for {counted(found.noted, 'episode')} of them."
                if note is not None
                else ""
            )
            show([Line(f"{what}: every link holds.{held}")])
        if note is None:
            talk(
                "A whole chain made anew is not seen this way: hold the store against a note, --against NOTE."
            )
        talk(
            "Next: rehabflow episode note makes a new note; keep it where nobody who can write the store can"
        )
    return 0


@click.command("note", cls=PrivateCommand)
@click.option("--signing-key", type=FILE, metavar="FILE", help="The file of the key to sign with.")
@click.option(
    "--new-key", type=FILE, metavar="FILE", help="Make such a key, in a new file, instead of a note."
)
@click.option(
    "--to", "target", type=FILE, metavar="FILE", help="A new file for the note; else it is printed."
)
@episode_options
def note(*, signing_key: Path | None, new_key: Path | None, target: Path | None, setting: Setting) -> int:
    """Write a note of the newest entry of every episode, signed, to be kept where the store is not.

    Once, `--new-key FILE` makes the key. Keep that file off the store's machine, and give the public key that is
    printed to whoever verifies.
    """
    if (signing_key is None) == (new_key is None):
        raise UsageError("say which key signs, --signing-key FILE; or make one first, --new-key FILE")
    if new_key is not None:
        return _new_key(new_key, setting)
    assert signing_key is not None
    with open_desk(setting) as desk:
        require(desk.actor, "verify")
        secret = _key(_content(signing_key).decode("ascii", "replace"))
        content = head_note(desk.store, desk.now, secret)
        public = public_key_of(secret).hex()
        if target is not None:
            write_private(target, content)
        if setting.as_json:
            show_json({
                "schema": "rehabflow/episode-note/1",
                "at": instant_iso(desk.now),
                "public_key": public,
                "note": content.decode(),
            })  # fmt: skip
        elif target is None:
            click.echo(content.decode(), nl=False)
        else:
            show([Line(f"The note of {counted(len(desk.store.heads()), 'episode')} is written.")])
        talk(f"Next, on another day: rehabflow episode verify --against NOTE --public-key {public}")
    return 0


def _new_key(path: Path, setting: Setting) -> int:
    secret = new_signing_key()
    write_private(path, secret.hex().encode() + b"\n")
    public = public_key_of(secret).hex()
    if setting.as_json:
        show_json({"schema": "rehabflow/episode-signing-key/1", "public_key": public})
    else:
        show([Line(f"Public key: {public}")])
    talk(
        "The secret key is in the new file. Move it off the machine of the store; give the public key to the auditor."
    )
    return 0


def _content(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}") from None


def _public(text: str) -> bytes:
    return _key(text)


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_LENGTH:
        raise UsageError(f"a key is {2 * KEY_LENGTH} digits and letters a to f")
    return key
