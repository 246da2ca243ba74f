"""Encryption of documents at rest: AES-256-GCM in pieces, so that no whole document is held in memory.

A file consists of a magic line, the id of the key, a salt, and pieces whose nonces contain their number and
whether they are the last (the STREAM construction: Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015). The
key of a file is derived from the installation's key and the salt by HKDF. Altered, moved, missing and
truncated pieces do not decrypt.
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

from reviewer.core.errors import InfrastructureError

KEY_VARIABLE = "REVIEWER_DOCUMENTS_KEY"
MAGIC = b"dictamen-1\n"
PIECE_BYTES = 1 << 18
_KEY_BYTES, _KEY_ID_BYTES, _SALT_BYTES, _TAG_BYTES = 32, 8, 16, 16
_HEADER_BYTES = len(MAGIC) + _KEY_ID_BYTES + _SALT_BYTES


class DecryptionError(OSError):
    """An encrypted document is not as it was written."""

    def __init__(self) -> None:
        super().__init__(errno.EIO, "an encrypted document does not open")


def keys() -> tuple[bytes, ...]:
    """Returns the configured keys: the first one encrypts, all of them decrypt. There may be none.

    Raises ``InfrastructureError`` where one is not a valid key.
    """
    encoded = [text.strip() for text in os.environ.get(KEY_VARIABLE, "").split(",") if text.strip()]
    try:
        decoded = tuple(base64.b64decode(text, altchars=b"-_", validate=True) for text in encoded)
    except (binascii.Error, ValueError) as error:
        raise InfrastructureError(_NOT_A_KEY) from error
    if any(len(key) != _KEY_BYTES for key in decoded):
        raise InfrastructureError(_NOT_A_KEY)
    return decoded


def new_key() -> str:
    """Returns a new key for the variable: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode()


def is_encrypted_as_configured(header: bytes) -> bool:
    """Returns whether a file with this header is encrypted under the first key, or plain if there is none."""
    available_keys = keys()
    return header.startswith(MAGIC + _key_id(available_keys[0])) if available_keys else not header.startswith(MAGIC)


@contextmanager
def encrypting_writer(target: BinaryIO) -> Iterator[Any]:
    """Gives a file whose contents go to ``target`` encrypted, or as they are where there is no key."""
    available_keys = keys()
    if not available_keys:
        yield target
        return
    writer = _EncryptingWriter(target, available_keys[0])
    yield writer
    writer.finish()


def decrypting_reader(source: BinaryIO) -> BinaryIO:
    """Returns the plain bytes of a stored file, encrypted or not. Closing it closes ``source``.

    Raises ``InfrastructureError`` where its key is not configured. Reading raises ``DecryptionError``.
    """
    header = source.read(_HEADER_BYTES)
    if not header.startswith(MAGIC):
        return io.BufferedReader(_PlainReader(header, source), PIECE_BYTES)
    key_id, salt = header[len(MAGIC) : -_SALT_BYTES], header[-_SALT_BYTES:]
    keys_by_id = {_key_id(key): key for key in keys()}
    if key_id not in keys_by_id:
        source.close()
        raise InfrastructureError(_WRONG_KEY if keys_by_id else _NO_KEY)
    return io.BufferedReader(_DecryptingReader(source, _cipher(keys_by_id[key_id], salt), header), PIECE_BYTES)


class _EncryptingWriter:
    def __init__(self, target: BinaryIO, key: bytes) -> None:
        salt = os.urandom(_SALT_BYTES)
        self._target, self._cipher, self._count = target, _cipher(key, salt), 0
        self._head = MAGIC + _key_id(key) + salt
        self._buffer = bytearray()
        target.write(self._head)

    def write(self, data: bytes) -> int:
        self._buffer += data
        while len(self._buffer) > PIECE_BYTES:  # which piece is the last is known only at the end
            self._write_piece(bytes(self._buffer[:PIECE_BYTES]), last=False)
            del self._buffer[:PIECE_BYTES]
        return len(data)

    def finish(self) -> None:
        self._write_piece(bytes(self._buffer), last=True)

    def _write_piece(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._count, last=last), piece, self._head))
        self._count += 1


class _PlainReader(io.RawIOBase):
    """The beginning of a plain file, which was read already, and its rest."""

    def __init__(self, head: bytes, source: BinaryIO) -> None:
        super().__init__()
        self._head, self._source = head, source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        chunk = self._head[: len(view)] or self._source.read(len(view))
        self._head = self._head[len(view) :]
        view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._source.close()
        super().close()


class _DecryptingReader(io.RawIOBase):
    """The plain bytes of an encrypted file, decrypted piece by piece."""

    def __init__(self, source: BinaryIO, cipher: AESGCM, head: bytes) -> None:
        super().__init__()
        self._source, self._cipher, self._head = source, cipher, head
        self._count, self._plain, self._ended = 0, b"", False
        self._next = source.read(PIECE_BYTES + _TAG_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._plain and not self._ended:
            self._decrypt_piece()
        view = memoryview(buffer)
        chunk, self._plain = self._plain[: len(view)], self._plain[len(view) :]
        view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _decrypt_piece(self) -> None:
        encrypted, self._next = self._next, self._source.read(PIECE_BYTES + _TAG_BYTES)
        self._ended = not self._next
        try:
            nonce = _nonce(self._count, last=self._ended)
            self._plain = self._cipher.decrypt(nonce, encrypted, self._head)
        except (InvalidTag, ValueError) as error:
            raise DecryptionError from error
        self._count += 1


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), _KEY_BYTES, salt, b"dictamen document").derive(key))


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _key_id(key: bytes) -> bytes:
    """Returns an id that identifies a key without revealing it."""
    return hashlib.sha256(b"dictamen key mark" + key).digest()[:_KEY_ID_BYTES]


_NOT_A_KEY = f"{KEY_VARIABLE} no tiene una clave válida: haga una con «python -m reviewer privacy key»."
_NO_KEY = f"Los documentos están cifrados y falta su clave: póngala en {KEY_VARIABLE}."
_WRONG_KEY = f"El documento está cifrado con otra clave: agregue la anterior en {KEY_VARIABLE}, después de una coma."
