"""The files of a batch, found by what people write: a path, its end, a file name, or a drive's link."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from urllib.parse import parse_qsl, unquote, urlsplit

from reviewer.core.text import fold
from reviewer.intake.parse.archive import Entry

_DRIVE_IDS = (re.compile(r"[?&]id=([\w-]{10,})"), re.compile(r"/d/([\w-]{10,})"))
_LAST_BRACKETS = re.compile(r"\([^()]*\)\s*$")
_COPY_NUMBER = re.compile(r"\s*\(\d{1,3}\)\s*$")


class FileIndex:
    """An index of a batch's entries; ``table_folder`` is the folder of its table."""

    def __init__(self, entries: Iterable[Entry], table_folder: str = "") -> None:
        self.entries = tuple(entries)
        self._table_folder = table_folder
        # By the text and whether its case is folded.
        self._by_path: dict[tuple[str, bool], list[Entry]] = defaultdict(list)
        self._by_name: dict[tuple[str, bool], list[Entry]] = defaultdict(list)
        self._by_folder: dict[str, list[Entry]] = defaultdict(list)
        self._folded_names = {fold(entry.name) for entry in self.entries} - {""}
        self._by_person: dict[str, list[Entry]] = defaultdict(list)
        self._by_link: dict[str, list[Entry]] = defaultdict(list)
        self._by_owner: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for text, index in ((entry.path, self._by_path), (entry.name, self._by_name)):
                index[text, False].append(entry)
                index[text.casefold(), True].append(entry)
            for folder in {part.casefold() for part in entry.path.split("/")[:-1]}:
                for name in {folder, folder.removesuffix(".zip")}:
                    self._by_folder[name].append(entry)
            for folder in folder_names(entry):
                words = [word for word in folder.split() if word.isalpha()]
                self._by_person[" ".join(sorted(words))].append(entry)
            self._index_owner(entry)

    def find(self, text: str, folio: str = "", marks: frozenset[str] = frozenset()) -> Entry | None:
        """Returns the file that ``text`` names, exact case first, then with ``%20`` and the like decoded.

        Of several, that in the folio's folder, or in one called by one of the row's ``marks``.
        """
        own_folders = marks | ({folio.casefold()} if folio else set())
        for path in dict.fromkeys((_normalise_path(text), _normalise_path(unquote(text)))):
            for candidate_path in (path, f"{path}.pdf") if path else ():
                for candidates in self._candidates(candidate_path):
                    if candidates:
                        return _choose(candidates, own_folders)
        return None

    def has_like(self, name: str) -> bool:
        """Returns whether a file has this name but for accents, blanks and punctuation."""
        return fold(name) in self._folded_names

    def is_ambiguous(self, text: str) -> bool:
        """Returns whether ``text`` names several files equally well, so that ``find`` returns none."""
        path = _normalise_path(text)
        return bool(path) and len(next(filter(None, self._candidates(path)), [])) > 1

    def in_folder(self, name: str) -> list[Entry]:
        """Returns the files at any depth in folders of this name, in any case."""
        return self._by_folder.get(name.casefold(), []) if name else []

    def in_folder_of(self, person: str) -> list[Entry]:
        """Returns the files in folders called by these words in any order, beside words with digits."""
        return self._by_person.get(_sorted_words(person), []) if person else []

    def index_links(self, links: Iterable[str]) -> None:
        """Indexes the files whose names have the ids of these links; all at once, as both may be many."""
        drive_ids = {drive_id for link in links if (drive_id := drive_id_of(link))}
        lengths = {len(drive_id) for drive_id in drive_ids}
        for entry in self.entries:
            for length in lengths:
                pieces = {entry.name[start : start + length] for start in range(len(entry.name) - length + 1)}
                for drive_id in pieces & drive_ids:
                    self._by_link[drive_id].append(entry)

    def find_by_link(self, link: str) -> list[Entry]:
        """Returns the files with the link's id in their name; without an id, the file that its path names."""
        drive_id = drive_id_of(link)
        if drive_id:
            return self._by_link.get(drive_id, [])
        parts = urlsplit(link)
        path = unquote(parts.path).strip("/")
        marks = frozenset(part.casefold() for part in path.split("/")[:-1])
        for name in (path.rpartition("/")[2], *(value for _, value in parse_qsl(parts.query))):
            if entry := self.find(name, marks=marks):
                return [entry]
        return []

    def find_by_owner(self, folders: Iterable[str], person: str) -> list[Entry]:
        """Returns files in folders of these names whose own name ends in `` - `` and the person's name."""
        entries_by_path: dict[str, Entry] = {}
        for folder in folders:
            for entry in self._by_owner.get((fold(folder), _sorted_words(person)), ()):
                entries_by_path[entry.path] = entry
        return [entries_by_path[path] for path in sorted(entries_by_path)]

    def _index_owner(self, entry: Entry) -> None:
        folder = entry.path.rpartition("/")[0].rpartition("/")[2]
        _, dash, owner = entry.name.rpartition(".")[0].rpartition(" - ")
        owner = without_copy_number(owner)
        if dash and folder:
            for name in {fold(folder), fold(_LAST_BRACKETS.sub("", folder))}:
                self._by_owner[name, _sorted_words(owner)].append(entry)

    def _candidates(self, path: str) -> Iterator[list[Entry]]:
        """Yields what a path may mean, the likeliest first; exact case comes before any other."""
        path_beside_table = f"{self._table_folder}/{path}" if self._table_folder else path
        both_cases = ((path, path_beside_table, False), (path.casefold(), path_beside_table.casefold(), True))
        for text, text_beside_table, folded in both_cases:
            yield self._by_path.get((text, folded), [])
            yield self._by_path.get((text_beside_table, folded), [])
            same_name = self._by_name.get((text.rpartition("/")[2], folded), ())
            yield [entry for entry in same_name if _ends_in(entry, text, folded=folded)]
        for text, _, folded in both_cases:
            yield self._by_name.get((text.rpartition("/")[2], folded), [])


def is_link(text: str) -> bool:
    """Returns whether ``text`` is a web address."""
    return re.match(r"https?://", text, re.IGNORECASE) is not None


def drive_id_of(link: str) -> str:
    """Returns the id of a file in a link to a drive, else an empty text."""
    drive_match = next((match for pattern in _DRIVE_IDS if (match := pattern.search(link))), None)
    return drive_match[1] if drive_match else ""


def leads_outside(text: str) -> bool:
    """Returns whether a cell is no path inside the batch: ``../x.pdf``, ``/x.pdf``."""
    return not is_link(text) and not _normalise_path(text)


def _normalise_path(text: str) -> str:
    """Returns a cell as a path inside the batch; empty where it leads outside."""
    slashed_path = unicodedata.normalize("NFC", text).replace("\\", "/").strip()
    if slashed_path.startswith("/") or re.match(r"[A-Za-z]:", slashed_path):
        return ""
    parts: list[str] = []
    for part in slashed_path.split("/"):
        if part == ".." and not parts:
            return ""
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _ends_in(entry: Entry, path: str, *, folded: bool) -> bool:
    entry_path = entry.path.casefold() if folded else entry.path
    return f"/{entry_path}".endswith(f"/{path}")


def folder_names(entry: Entry) -> frozenset[str]:
    """Returns the folded names of a file's folders, with and without what brackets add, or ``.zip``."""
    folders = entry.path.split("/")[:-1]
    names = {folder.casefold() for folder in folders}
    names |= {fold(folder.removesuffix(".zip")) for folder in folders}
    return frozenset(names | {fold(_LAST_BRACKETS.sub("", folder)) for folder in folders}) - {""}


def without_copy_number(name: str) -> str:
    """Returns a name without the `` (1)`` that a second file of the same name gets."""
    return _COPY_NUMBER.sub("", name)


def _choose(candidates: list[Entry], own_folders: Set[str]) -> Entry | None:
    if len(candidates) == 1:
        return candidates[0]
    in_folder = [entry for entry in candidates if not own_folders.isdisjoint(entry.path.casefold().split("/")[:-1])]
    return in_folder[0] if len(in_folder) == 1 else None


def _sorted_words(name: str) -> str:
    return " ".join(sorted(fold(name).split()))
