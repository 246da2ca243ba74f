"""Files that form tools renamed, found by likeness. A guess stands only where nothing rivals it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reviewer.core.text import PARTICLES, fold
from reviewer.intake.parse.archive import Entry
from reviewer.intake.parse.file_index import folder_names, is_link, without_copy_number
from reviewer.intake.parse.submission import Submission

MOST_WORDS = 24  # of a file's name, which bounds the index of its endings
SHORTENED_FROM = 16  # characters that a shortened name keeps, at least
SHORTEST_ENDING = 4  # characters, one of them a letter: "1.pdf" is the end of too much
_COPY_NUMBER = re.compile(r"(?: (?:copia|copy))?(?: \d{1,2})?$")
_RANDOM_SUFFIX = re.compile(r"_[A-Za-z0-9]{7}$")  # that Django's storage, and with it KoboToolbox, appends
_Key = tuple[str, str]  # a folded name and its ending


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that a row names and that was not found under this name.

    ``folders`` are possible names of its question's folder, ``marks`` parts of a path that stand for the row.
    """

    row: int
    name: str
    person: str
    folders: Sequence[str] = ()
    marks: frozenset[str] = frozenset()


@dataclass
class _Likenesses:
    """Files by the names that they may have had."""

    same: dict[_Key, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    numbered: dict[_Key, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    owned: dict[_Key, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    endings: dict[_Key, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    beginnings: dict[_Key, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    by_folder: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: Entry) -> None:
        """Indexes a file."""
        stem, ending = _split(entry.name)
        name = fold(stem)
        self.same[name, ending].append(entry)
        for shorter in {_without_number(name), fold(_RANDOM_SUFFIX.sub("", stem))} - {name, ""}:
            self.numbered[shorter, ending].append(entry)
        before_owner, dash, _ = stem.rpartition(" - ")
        if dash:
            self.owned[fold(before_owner), ending].append(entry)
        words = name.split()[-MOST_WORDS:]
        for start in range(1, len(words)):
            self.endings[" ".join(words[start:]), ending].append(entry)
        if len(name) >= SHORTENED_FROM:
            self.beginnings[name[:SHORTENED_FROM], ending].append(entry)
        for folder in folder_names(entry):
            self.by_folder[folder].append(entry)


def guess_files(wanted: Sequence[Wanted], entries: Iterable[Entry]) -> dict[Wanted, Entry]:
    """Returns the file that each wanted one probably is, the surest likeness first.

    None is taken that two rows want equally, and none for a name that several files resemble.
    """
    likenesses = _Likenesses()
    for entry in entries:
        likenesses.add(entry)
    guesses: dict[Wanted, Entry] = {}
    taken: set[str] = set()
    for candidates_of in _STAGES:
        pending = [one for one in dict.fromkeys(wanted) if one not in guesses]
        candidates = {
            one: _narrowed(one, [entry for entry in candidates_of(one, likenesses) if entry.path not in taken])
            for one in pending
        }
        _settle(candidates, guesses, taken)
    _guess_by_account([one for one in dict.fromkeys(wanted) if one not in guesses], likenesses, guesses, taken)
    return guesses


def identifying_phrases(submissions: Iterable[Submission]) -> dict[int, tuple[str, ...]]:
    """Returns, by row, what in a document says that it is that person's: the CURP, and the full name.

    A name of one word tells nobody apart, nor does one that is part of another person's in the batch.
    """
    people = [(submission, _name_words(submission.name)) for submission in submissions]
    rows_by_word: dict[str, set[int]] = defaultdict(set)
    for submission, words in people:
        for word in words:
            rows_by_word[word].add(submission.row)
    emails = {submission.row: submission.email.casefold() for submission, _ in people}
    phrases: dict[int, tuple[str, ...]] = {}
    for submission, words in people:
        others = set.intersection(*(rows_by_word[word] for word in words)) if words else set()
        is_distinctive = len(words) > 1 and {emails[row] for row in others} == {emails[submission.row]}
        orders = (submission.name, f"{submission.surnames} {submission.first_names}")
        named = dict.fromkeys(order.strip() for order in orders if is_distinctive)
        phrases[submission.row] = (*((submission.curp,) if submission.curp else ()), *named)
    return phrases


def _settle(candidates: Mapping[Wanted, Sequence[Entry]], guesses: dict[Wanted, Entry], taken: set[str]) -> None:
    """Takes each file that is the only candidate of one row alone; what several want is nobody's, then and later."""
    rows: dict[str, set[int]] = defaultdict(set)
    for one, entries in candidates.items():
        for entry in entries:
            rows[entry.path].add(one.row)
    for one, entries in candidates.items():
        if len(entries) == 1 and len(rows[entries[0].path]) == 1:
            guesses[one] = entries[0]
    taken |= set(rows)


def _narrowed(wanted: Wanted, entries: Sequence[Entry]) -> list[Entry]:
    """Returns the candidates, each once; of several those in the row's own folder, or with the person's name."""
    unique = list({entry.path: entry for entry in entries}.values())
    if len(unique) > 1:
        marked = [entry for entry in unique if wanted.marks & folder_names(entry)]
        named = [entry for entry in unique if _name_words(wanted.person) <= set(fold(entry.path).split())]
        return marked or (named if _name_words(wanted.person) else []) or unique
    return unique


def _same(wanted: Wanted, likenesses: _Likenesses) -> list[Entry]:
    return _of_each_key(wanted, likenesses.same)


def _numbered(wanted: Wanted, likenesses: _Likenesses) -> list[Entry]:
    name, _ = _key(wanted)
    plain = [entry for key in _keys(wanted, _without_number(name)) for entry in likenesses.same.get(key, ())]
    return _of_each_key(wanted, likenesses.numbered) + plain


def _owned(wanted: Wanted, likenesses: _Likenesses) -> list[Entry]:
    return _of_each_key(wanted, likenesses.owned)


def _ending(wanted: Wanted, likenesses: _Likenesses) -> list[Entry]:
    name, _ = _key(wanted)
    is_distinctive = len(name) >= SHORTEST_ENDING and not name.replace(" ", "").isdigit()
    return _of_each_key(wanted, likenesses.endings) if is_distinctive else []


def _shortened(wanted: Wanted, likenesses: _Likenesses) -> list[Entry]:
    name, _ = _key(wanted)
    if len(name) < SHORTENED_FROM:
        return []
    return [
        entry
        for key in _keys(wanted, name[:SHORTENED_FROM])
        for entry in likenesses.beginnings.get(key, ())
        if name.startswith(stem := fold(_split(entry.name)[0])) or stem.startswith(name)
    ]


def _in_question_folder(wanted: Wanted, likenesses: _Likenesses) -> list[Entry]:
    """Returns files of the question's folder that bear the person's name, or whose account is a shortening of it."""
    if not is_link(wanted.name):
        return []
    person = _name_words(wanted.person)
    return [entry for entry in _folder_files(wanted, likenesses) if _bears_name(entry, person)]


_STAGES: tuple[Callable[[Wanted, _Likenesses], list[Entry]], ...] = (
    _same,
    _numbered,
    _owned,
    _ending,
    _shortened,
    _in_question_folder,
)


def _guess_by_account(
    wanted: Sequence[Wanted], likenesses: _Likenesses, guesses: dict[Wanted, Entry], taken: set[str]
) -> None:
    """Gives a row what lies in its questions' folders under an account by which it already has a file."""
    rows_by_account: dict[str, set[int]] = defaultdict(set)
    for one, entry in guesses.items():
        if account := _account(entry):
            rows_by_account[account].add(one.row)
    candidates = {
        one: [
            entry
            for entry in _folder_files(one, likenesses)
            if entry.path not in taken and rows_by_account.get(_account(entry)) == {one.row}
        ]
        for one in wanted
        if is_link(one.name)
    }
    _settle(candidates, guesses, taken)


def _folder_files(wanted: Wanted, likenesses: _Likenesses) -> list[Entry]:
    files = [entry for folder in wanted.folders for entry in likenesses.by_folder.get(fold(folder), ())]
    return list({entry.path: entry for entry in files}.values())


def _bears_name(entry: Entry, person: set[str]) -> bool:
    """Returns whether two words of the person's name and no other are the account's, or are in the file's name."""
    account = _name_words(_account(entry))
    common = account & person
    if len(common) > 1 and common in (account, person):
        return True
    return len(person) > 1 and len(person & set(fold(entry.name).split())) >= max(2, len(person) - 1)


def _account(entry: Entry) -> str:
    """Returns the account at the end of a file's name, as drives append it; empty where there is none."""
    _, dash, account = _split(entry.name)[0].rpartition(" - ")
    return fold(without_copy_number(account)) if dash else ""


def _name_words(name: str) -> set[str]:
    return set(fold(name).split()) - PARTICLES


def _of_each_key(wanted: Wanted, index: Mapping[_Key, list[Entry]]) -> list[Entry]:
    return [entry for key in _keys(wanted, _key(wanted)[0]) for entry in index.get(key, ())]


def _keys(wanted: Wanted, name: str) -> list[_Key]:
    """Returns the keys of a wanted name; one without an ending may be a PDF's."""
    ending = _key(wanted)[1]
    return [(name, ending)] if ending or not name else [(name, ""), (name, "pdf")] if name else []


def _key(wanted: Wanted) -> _Key:
    if is_link(wanted.name):
        return "", ""
    stem, ending = _split(wanted.name.replace("\\", "/").rpartition("/")[2])
    return fold(stem), ending


def _split(name: str) -> tuple[str, str]:
    """Returns a name without its ending, and the ending, of at most five letters or digits."""
    stem, dot, ending = name.strip().rpartition(".")
    return (stem, ending.lower()) if dot and stem and re.fullmatch(r"\w{1,5}", ending) else (name.strip(), "")


def _without_number(name: str) -> str:
    return _COPY_NUMBER.sub("", name)
