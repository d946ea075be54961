"""Signed words about the audit trail: checkpoints, and proofs of what was deleted from it.

A checkpoint says how far the chain goes and with which hash. Whoever kept one, on paper or on
another machine, can tell later whether anything before it was touched, even by somebody who owns
the database. Signatures are Ed25519 (RFC 8032) over the one JSON text of the statement.
"""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from parvis.store.audit_chain import Link, canonical
from parvis.store.errors import StoreError

KEY = "signing-key.pem"
PUBLIC_KEY = "public-key.txt"
CHECKPOINTS = "checkpoints.jsonl"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the trail went at one moment.

    Args:
        at_s: when, seconds since the epoch.
        start: the entry on which the kept trail stands; what is before was deleted in time.
        end: its last entry.
        site: whose trail it is.
    """

    at_s: float
    start: Link
    end: Link
    site: str

    def statement(self) -> dict[str, object]:
        """What is signed."""
        return {
            "says": "checkpoint",
            "at_s": float(self.at_s),
            "start": {"seq": self.start.seq, "hash": self.start.hash},
            "end": {"seq": self.end.seq, "hash": self.end.hash},
            "site": self.site,
        }


@dataclass(frozen=True, slots=True)
class Cut:
    """What was deleted from the beginning of the trail when its time was over.

    Args:
        at_s: when it was deleted.
        before_s: everything before was due.
        first: number of the first entry deleted.
        last: the last one deleted: on its hash the rest stands.
    """

    at_s: float
    before_s: float
    first: int
    last: Link

    @property
    def count(self) -> int:
        """How many entries were deleted."""
        return self.last.seq - self.first + 1

    def statement(self) -> dict[str, object]:
        """What is signed."""
        return {
            "says": "cut",
            "at_s": float(self.at_s),
            "before_s": float(self.before_s),
            "first": self.first,
            "count": self.count,
            "last": {"seq": self.last.seq, "hash": self.last.hash},
        }


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature, and the public key that it claims; both in base64."""

    key: str
    value: str

    def holds(self, statement: Mapping[str, object]) -> bool:
        """Whether the key's owner signed that statement."""
        try:
            key = Ed25519PublicKey.from_public_bytes(_bytes(self.key))
            key.verify(_bytes(self.value), canonical(statement).encode())
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True


class Seal:
    """The key by which a site signs words about its trail, and where they lie.

    Args:
        folder: of the key, which only the owner may read, the public key and the checkpoints. What
            is missing is made.

    Raises:
        StoreError: the key's file holds no key.
        OSError: the folder cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.checkpoints = folder / CHECKPOINTS
        self._key = _kept_key(folder / KEY)
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key = base64.b64encode(raw).decode()
        public = folder / PUBLIC_KEY
        if not public.exists():
            public.write_text(f"{self.public_key}\n", encoding="ascii")

    def sign(self, statement: Mapping[str, object]) -> Signature:
        """Sign a statement."""
        made = self._key.sign(canonical(statement).encode())
        return Signature(self.public_key, base64.b64encode(made).decode())

    def keep(self, checkpoint: Checkpoint) -> None:
        """Append a checkpoint to the file, on disk before this returns.

        Raises:
            OSError: it could not be written.
        """
        signed = self.sign(checkpoint.statement())
        content = {**checkpoint.statement(), "key": signed.key, "signature": signed.value}
        line = f"{canonical(content)}\n".encode()
        with self.checkpoints.open("ab+") as file:
            if file.tell() and not _ends_a_line(self.checkpoints):
                line = b"\n" + line  # a power cut in the middle of the last one
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def last(self) -> Checkpoint | None:
        """The last sound checkpoint of this key."""
        if not self.checkpoints.exists():
            return None
        lines = self.checkpoints.read_bytes().split(b"\n")
        found = (_checkpoint(line, [self.public_key]) for line in reversed(lines) if line.strip())
        return next((one for one in found if one is not None), None)


def read_checkpoints(
    path: Path, keys: Collection[str] = ()
) -> Iterator[tuple[int, Checkpoint | None]]:
    """Yield the checkpoints of a file with their line, None where one is forged or damaged.

    Args:
        path: the file; none is no checkpoint.
        keys: public keys that may have signed; empty: any.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _checkpoint(line, keys)


def public_key(text: str) -> str:
    """The public key that a person gave, as it stands in signatures.

    Raises:
        ValueError: it is none.
    """
    raw = _bytes(text.strip())
    Ed25519PublicKey.from_public_bytes(raw)
    return base64.b64encode(raw).decode()


def fingerprint(key: str) -> str:
    """Sixteen hexadecimal digits by which people compare a public key, in groups of four."""
    said = hashlib.sha256(_bytes(key)).hexdigest()[:16]
    return " ".join(said[i : i + 4] for i in range(0, 16, 4))


def signers(path: Path) -> Sequence[str]:
    """The keys that signed the sound checkpoints of a file, in order."""
    found: dict[str, None] = {}
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        if line.strip() and _checkpoint(line, ()) is not None:
            found[str(json.loads(line)["key"])] = None
    return tuple(found)


def _checkpoint(line: bytes, keys: Collection[str]) -> Checkpoint | None:
    try:
        said = json.loads(line)
        signature = Signature(said.pop("key"), said.pop("signature"))
        start, end = (Link(int(said[at]["seq"]), said[at]["hash"]) for at in ("start", "end"))
        found = Checkpoint(said["at_s"], start, end, said["site"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    trusted = not keys or signature.key in keys
    sound = found.statement() == said and trusted and signature.holds(said)
    return found if sound else None


def _kept_key(path: Path) -> Ed25519PrivateKey:
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return _new_key(path)
    try:
        key = load_pem_private_key(body, None)
    except (ValueError, TypeError) as error:
        raise StoreError(f"{path} holds no key: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise StoreError(f"{path} holds no Ed25519 key")
    return key


def _new_key(path: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    body = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    part = path.with_name(f".{path.name}-new")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return key


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
