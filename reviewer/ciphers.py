"""Documents encrypted at rest: AES-256-GCM in pieces, so that neither writing nor reading holds a whole one.

A file is a magic line, the key's mark, a salt, and pieces that bear their number and whether they are the
last (the STREAM construction: Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015); its own key comes from
the installation's by HKDF and the salt. A piece altered, moved, left out or cut off does not open.
"""

import base64
import binascii
import errno
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reviewer.errors import MachineFault

VARIABLE = "REVIEWER_DOCUMENTS_KEY"
MAGIC = b"dictamen-1\n"
PIECE = 1 << 18
_KEY, _MARK, _SALT, _TAG = 32, 8, 16, 16
_HEAD = len(MAGIC) + _MARK + _SALT


class Damaged(OSError):
    """An encrypted document that is not as it was written."""

    def __init__(self) -> None:
        super().__init__(errno.EIO, "an encrypted document does not open")


def keys() -> tuple[bytes, ...]:
    """The installation's keys: the first encrypts, each opens what it encrypted. None: nothing is encrypted.

    Raises ``MachineFault`` where one is not a key.
    """
    found = [each.strip() for each in os.environ.get(VARIABLE, "").split(",") if each.strip()]
    try:
        made = tuple(base64.b64decode(each, altchars=b"-_", validate=True) for each in found)
    except (binascii.Error, ValueError) as error:
        raise MachineFault(_NOT_A_KEY) from error
    if any(len(each) != _KEY for each in made):
        raise MachineFault(_NOT_A_KEY)
    return made


def new_key() -> str:
    """A key as the variable takes it: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(_KEY)).decode()


def is_current(head: bytes) -> bool:
    """Whether a file that begins so is as one written now would be: under the first key, or plain."""
    known = keys()
    return head.startswith(MAGIC + _mark(known[0])) if known else not head.startswith(MAGIC)


@contextmanager
def writing(target: BinaryIO) -> Iterator[Any]:
    """What is written goes into ``target`` encrypted, or as it is where there is no key."""
    known = keys()
    if not known:
        yield target
        return
    writer = _Writer(target, known[0])
    yield writer
    writer.finish()


def reading(source: BinaryIO) -> BinaryIO:
    """A stored file's plain bytes, whether or not it is encrypted. Closing it closes ``source``.

    Raises ``MachineFault`` where its key is not among ours; reading raises ``Damaged``.
    """
    head = source.read(_HEAD)
    if not head.startswith(MAGIC):
        return io.BufferedReader(_Plain(head, source), PIECE)
    mark, salt = head[len(MAGIC) : -_SALT], head[-_SALT:]
    known = {_mark(each): each for each in keys()}
    if mark not in known:
        source.close()
        raise MachineFault(_WRONG_KEY if known else _NO_KEY)
    return io.BufferedReader(_Opened(source, _cipher(known[mark], salt), head), PIECE)


class _Writer:
    def __init__(self, target: BinaryIO, key: bytes) -> None:
        salt = os.urandom(_SALT)
        self._target, self._cipher, self._count = target, _cipher(key, salt), 0
        self._head = MAGIC + _mark(key) + salt
        self._waiting = bytearray()
        target.write(self._head)

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > PIECE:  # the last piece is known as such only at the end
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        self._put(bytes(self._waiting), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._count, last=last), piece, self._head))
        self._count += 1


class _Plain(io.RawIOBase):
    """What was read of a plain file, and its rest."""

    def __init__(self, head: bytes, source: BinaryIO) -> None:
        super().__init__()
        self._head, self._source = head, source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        given = self._head[: len(view)] or self._source.read(len(view))
        self._head = self._head[len(view) :]
        view[: len(given)] = given
        return len(given)

    def close(self) -> None:
        self._source.close()
        super().close()


class _Opened(io.RawIOBase):
    """The plain bytes of an encrypted file, a piece at a time."""

    def __init__(self, source: BinaryIO, cipher: AESGCM, head: bytes) -> None:
        super().__init__()
        self._source, self._cipher, self._head = source, cipher, head
        self._count, self._plain, self._ended = 0, b"", False
        self._next = source.read(PIECE + _TAG)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._plain and not self._ended:
            self._open_piece()
        view = memoryview(buffer)
        given, self._plain = self._plain[: len(view)], self._plain[len(view) :]
        view[: len(given)] = given
        return len(given)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _open_piece(self) -> None:
        sealed, self._next = self._next, self._source.read(PIECE + _TAG)
        self._ended = not self._next
        try:
            nonce = _nonce(self._count, last=self._ended)
            self._plain = self._cipher.decrypt(nonce, sealed, self._head)
        except (InvalidTag, ValueError) as error:
            raise Damaged from error
        self._count += 1


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), _KEY, salt, b"dictamen document").derive(key))


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _mark(key: bytes) -> bytes:
    """Tells keys apart without telling them."""
    return hashlib.sha256(b"dictamen key mark" + key).digest()[:_MARK]


_NOT_A_KEY = f"{VARIABLE} no tiene una clave válida: haga una con «python -m reviewer privacy key»."
_NO_KEY = f"Los documentos están cifrados y falta su clave: póngala en {VARIABLE}."
_WRONG_KEY = (
    f"El documento está cifrado con otra clave: agregue la anterior en {VARIABLE}, después de una coma."
)
