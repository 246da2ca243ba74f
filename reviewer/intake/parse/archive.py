"""A batch on disk: a folder or a zip, as a list of entries.

A zip is checked whole before any of it is unpacked, and then read entry by entry.
"""

import hashlib
import lzma
import ntpath
import os
import stat
import threading
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from reviewer.core.errors import InfrastructureError, os_error_reason
from reviewer.intake.check.findings import BatchRefused
from reviewer.storage import unnamed_files

MOST_ENTRIES = 50_000
MOST_UNPACKED = 20 << 30  # bytes
MOST_EXPANSION, EXPANSION_ALLOWED = 200, 64 << 20  # times the packed size; bytes that any entry may grow to
READABLE_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
DAMAGE_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError)
CHUNK = 1 << 20
LOCAL_HEADER = 30  # bytes before an entry's name (APPNOTE.TXT 4.3.7)
UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
JUNK_FOLDERS = frozenset({"__MACOSX"})
JUNK_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
JUNK_BEGINNINGS = ("~$", "._", ".~lock.")
TABLE_ENDINGS = (".csv", ".xlsx", ".xls", ".ods")


class UnreadableEntry(Exception):
    """The bytes of a file of the batch can't be read: the archive is damaged, or the disk."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the batch: its relative path (with slashes, in NFC) and its size in bytes.

    ``is_bomb``: it is never unpacked, as it would grow more than an honest file does. ``archive`` is the path of
    the archive inside the batch in which it lies, empty for most.
    """

    path: str
    size: int
    is_bomb: bool = False
    archive: str = ""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class Source(Protocol):
    """A batch of either kind. Files may be opened from several threads.

    ``stamp`` is equal as long as none of its files is touched.
    """

    name: str
    entries: tuple[Entry, ...]
    stamp: str

    @contextmanager
    def open(self, entry: Entry) -> Iterator[BinaryIO]:
        """Opens the entry for reading. Raises ``UnreadableEntry``."""
        ...

    @contextmanager
    def local(self, entry: Entry) -> Iterator[Path]:
        """Provides a path at which the entry can be read until the block ends."""
        ...


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Opens the batch at ``path``. Raises ``BatchRefused`` before anything of an archive is unpacked."""
    if path.is_dir():
        yield _WithArchives(_Folder(path))
    elif path.suffix.lower() in TABLE_ENDINGS or not _is_archive(path):
        raise BatchRefused(
            "unreadable_source",
            f"«{_decode_file_name(path.name)}» no es una carpeta ni un archivo .zip que se pueda leer.",
        )
    else:
        with _open_zip(path) as archive:
            yield _WithArchives(_Zip(path, archive))


def find_table(source: Source) -> Entry:
    """Returns the only table in the shallowest folder that has one. Raises ``BatchRefused``."""
    tables = [entry for entry in source.entries if entry.name.lower().endswith(TABLE_ENDINGS)]
    if not tables:
        raise BatchRefused("no_table", "El lote no trae ninguna tabla (.csv, .xlsx, .xls u .ods).")
    depth = min(entry.path.count("/") for entry in tables)
    shallowest = [entry for entry in tables if entry.path.count("/") == depth]
    if len(shallowest) > 1:
        names = ", ".join(sorted(entry.path for entry in shallowest))
        raise BatchRefused("several_tables", f"El lote trae varias tablas; deje una sola: {names}.")
    if shallowest[0].is_bomb:
        path = shallowest[0].path
        raise BatchRefused("archive_bomb", f"La tabla «{path}» crece más de 200 veces al descomprimirse.", file=path)
    return shallowest[0]


class _Folder:
    def __init__(self, root: Path) -> None:
        self.name = _decode_file_name(root.resolve().name)
        files = sorted(_walk(root.resolve()), key=lambda item: item[0])
        self._files = {path: file for path, file, _ in files}
        self.entries = tuple(Entry(path, stat.st_size) for path, _, stat in files)
        self.stamp = _stamp({path: stat for path, _, stat in files})

    @contextmanager
    def open(self, entry: Entry) -> Iterator[BinaryIO]:
        try:
            file = self._files[entry.path].open("rb")
        except OSError as error:
            raise UnreadableEntry(entry.path) from error
        with file:
            yield file

    @contextmanager
    def local(self, entry: Entry) -> Iterator[Path]:
        yield self._files[entry.path]


class _Zip:
    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.name, self._archive = _decode_file_name(path.name), archive
        self.stamp = _stamp({self.name: path.stat()})
        self._open_lock = threading.Lock()  # zipfile counts its open entries without a lock
        self._infos: dict[str, zipfile.ZipInfo] = {}
        infos = archive.infolist()
        _check_archive(infos)
        _check_overlaps(infos, archive.start_dir)
        for info in infos:  # of two entries with one name the later counts, as when unpacking
            parts = _path_parts(_decode_entry_name(info))
            if parts and not info.is_dir() and not _is_junk(parts):
                self._infos["/".join(parts)] = info
        self.entries = tuple(Entry(path, info.file_size, _is_bomb(info)) for path, info in sorted(self._infos.items()))

    @contextmanager
    def open(self, entry: Entry) -> Iterator[BinaryIO]:
        if entry.is_bomb:
            raise UnreadableEntry(entry.path)
        try:
            with self._open_lock:
                entry_file = cast(BinaryIO, self._archive.open(self._infos[entry.path]))
        except (*DAMAGE_ERRORS, NotImplementedError) as error:
            raise UnreadableEntry(entry.path) from error
        try:
            yield entry_file
        finally:
            with self._open_lock:
                entry_file.close()

    @contextmanager
    def local(self, entry: Entry) -> Iterator[Path]:
        with _temporary_file() as path:
            with self.open(entry) as entry_file:
                _unpack(entry_file, path, entry)
            yield path


class _WithArchives:
    """A batch with the files of the archives in it, such as one a person; archives in those stay files."""

    def __init__(self, batch: Source) -> None:
        self.name, self.stamp, self._batch = batch.name, batch.stamp, batch
        self._places: dict[str, tuple[Entry, Entry]] = {}  # the archive, and the entry as the archive has it
        for container in batch.entries:
            if container.name.lower().endswith(".zip") and not container.is_bomb:
                with suppress(UnreadableEntry), self._opened(container) as inner:
                    paths = ((f"{container.path}/{entry.path}", entry) for entry in inner.entries)
                    self._places |= {path: (container, entry) for path, entry in paths}
        opened = {container.path for container, _ in self._places.values()}
        entries = [entry for entry in batch.entries if entry.path not in opened]
        entries += [Entry(path, e.size, e.is_bomb, outer.path) for path, (outer, e) in self._places.items()]
        self.entries = tuple(sorted(entries, key=lambda entry: entry.path))
        if opened:  # a folder alone is as large as it is
            _check_amount(len(entries), sum(entry.size for entry in entries))

    @contextmanager
    def open(self, entry: Entry) -> Iterator[BinaryIO]:
        with self._place_of(entry) as (source, inner_entry), source.open(inner_entry) as file:
            yield file

    @contextmanager
    def local(self, entry: Entry) -> Iterator[Path]:
        with self._place_of(entry) as (source, inner_entry), source.local(inner_entry) as path:
            yield path

    @contextmanager
    def _place_of(self, entry: Entry) -> Iterator[tuple[Source, Entry]]:
        """Yields the batch, or the archive in it, that holds the entry, and the entry there."""
        if entry.path not in self._places:
            yield self._batch, entry
            return
        container, inner_entry = self._places[entry.path]
        with self._opened(container) as inner:
            yield inner, inner_entry

    @contextmanager
    def _opened(self, container: Entry) -> Iterator["_Zip"]:
        """Opens an archive of the batch. Raises ``UnreadableEntry``; ``BatchRefused`` where it is hostile."""
        with ExitStack() as stack:
            path = stack.enter_context(self._batch.local(container))
            try:
                inner = _Zip(path, stack.enter_context(_open_zip(path)))
            except BatchRefused as refused:
                if refused.finding.code == "unreadable_source":
                    raise UnreadableEntry(container.path) from refused
                raise
            yield inner


def _stamp(stats_by_path: Mapping[str, os.stat_result]) -> str:
    """Returns a digest of the files' places and times of change (``ctime`` can't be set back)."""
    digest = hashlib.sha256()
    for path, file in stats_by_path.items():
        facts = (file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns, file.st_ctime_ns)
        digest.update(f"\0{path}\0{facts}".encode())
    return digest.hexdigest()


@contextmanager
def _temporary_file() -> Iterator[Path]:
    """Provides a temporary file until the block ends, without a name where the system can open it by descriptor.

    A process that is killed then leaves no identity paper in the temporary folder.
    """
    with _temporary_folder_errors():
        file, path = unnamed_files.create()
    with file:
        yield path


def _unpack(entry_file: BinaryIO, path: Path, entry: Entry) -> None:
    with _temporary_folder_errors(), path.open("wb") as unpacked:
        while piece := _read_chunk(entry_file, entry):
            unpacked.write(piece)


def _read_chunk(entry_file: BinaryIO, entry: Entry) -> bytes:
    try:
        return entry_file.read(CHUNK)
    except DAMAGE_ERRORS as error:
        raise UnreadableEntry(entry.path) from error


@contextmanager
def _temporary_folder_errors() -> Iterator[None]:
    """Turns errors of the temporary folder into ``InfrastructureError``: no document is damaged."""
    try:
        yield
    except OSError as error:
        raise InfrastructureError(f"No se puede escribir en la carpeta temporal: {os_error_reason(error)}.") from error


def _walk(root: Path, above: tuple[str, ...] = ()) -> Iterator[tuple[str, Path, os.stat_result]]:
    """Yields the files below by path; ``scandir`` tells what an entry is without a further system call."""
    try:
        folder = os.scandir(root.joinpath(*above))
    except OSError as error:
        name = _decode_file_name("/".join(above) or root.name)
        message = f"No se puede abrir la carpeta «{name}»: {os_error_reason(error)}."
        raise BatchRefused("unreadable_source", message) from error
    with folder as listing:
        for directory_entry in listing:
            if directory_entry.is_dir(follow_symlinks=False):
                yield from _walk(root, (*above, directory_entry.name))
                continue
            parts = [_decode_file_name(part) for part in (*above, directory_entry.name)]
            if not _is_junk(parts) and _is_file_inside(directory_entry, root):
                yield "/".join(parts), Path(directory_entry.path), directory_entry.stat()


def _is_file_inside(directory_entry: os.DirEntry[str], root: Path) -> bool:
    """Returns whether the entry is a file, or a link to one inside the batch."""
    if directory_entry.is_symlink() and not Path(directory_entry.path).resolve().is_relative_to(root):
        return False
    return directory_entry.is_file()


def _decode_file_name(name: str) -> str:
    """Returns a file name as text, whichever encoding wrote it."""
    raw = os.fsencode(name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return unicodedata.normalize("NFC", text)


def _is_archive(path: Path) -> bool:
    try:
        return path.is_file() and zipfile.is_zipfile(path)
    except OSError:
        return False


@contextmanager
def _open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BatchRefused(
            "unreadable_source",
            f"El archivo «{_decode_file_name(path.name)}» está dañado o incompleto: vuelva a subirlo.",
        ) from error
    with archive:
        yield archive


def _check_archive(infos: list[zipfile.ZipInfo]) -> None:
    for info in infos:
        name = _decode_entry_name(info)
        if _climbs_out(name) or stat.S_ISLNK(info.external_attr >> 16):
            raise BatchRefused("unsafe_path", f"El archivo .zip trae una ruta que no es segura: «{name}».", file=name)
    _check_amount(len(infos), sum(info.file_size for info in infos))
    for info in infos:
        if info.flag_bits & ENCRYPTED_FLAG:
            raise BatchRefused("unreadable_source", "El archivo .zip está protegido con contraseña.")
        if info.compress_type not in READABLE_METHODS:
            raise BatchRefused(
                "unreadable_source",
                "El archivo .zip usa una compresión que no se puede leer: vuelva a crearlo como .zip común.",
            )


def _check_amount(entries: int, size: int) -> None:
    if entries > MOST_ENTRIES:
        raise BatchRefused("archive_bomb", f"El archivo .zip trae más de {MOST_ENTRIES:,} entradas.")
    if size > MOST_UNPACKED:
        raise BatchRefused("archive_bomb", "El archivo .zip ocuparía más de 20 GiB al descomprimirse.")


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    """Returns whether the entry grows as no scan does; white pages and zeros also grow much, but stay small."""
    return info.file_size > max(MOST_EXPANSION * info.compress_size, EXPANSION_ALLOWED)


def _check_overlaps(infos: list[zipfile.ZipInfo], end: int) -> None:
    """Refuses entries that share bytes, with which a small archive could unpack to any size."""
    for info in sorted(infos, key=lambda info: info.header_offset, reverse=True):
        if info.header_offset + LOCAL_HEADER + info.compress_size > end:
            raise BatchRefused(
                "archive_bomb",
                f"En el archivo .zip, «{_decode_entry_name(info)}» comparte sus bytes con otra entrada.",
            )
        end = info.header_offset


def _decode_entry_name(info: zipfile.ZipInfo) -> str:
    """Returns an entry's name. Without the UTF-8 flag it is cp437, but many programs still write UTF-8."""
    name = info.orig_filename.split("\0")[0]
    if info.flag_bits & UTF8_FLAG:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _climbs_out(name: str) -> bool:
    slashed = name.replace("\\", "/")
    if slashed.startswith("/") or ntpath.isabs(slashed):
        return True
    depth = 0
    for part in slashed.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return True
    return False


def _path_parts(name: str) -> list[str]:
    """Returns the folders and the name, with ``.`` and inner ``..`` resolved."""
    parts: list[str] = []
    for part in unicodedata.normalize("NFC", name).replace("\\", "/").split("/"):
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return parts


def _is_junk(parts: list[str]) -> bool:
    name = parts[-1]
    return not JUNK_FOLDERS.isdisjoint(parts) or name.lower() in JUNK_NAMES or name.startswith(JUNK_BEGINNINGS)
