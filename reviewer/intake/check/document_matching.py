"""Which file is which document of which row, and what is wrong with it. Uses no database and no files."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reviewer.call.spec import DocumentKind
from reviewer.core.text import fold
from reviewer.intake.check.document_guesses import Wanted, guess_files
from reviewer.intake.check.findings import CheckFinding, Severity, make_finding
from reviewer.intake.parse.archive import Entry
from reviewer.intake.parse.file_index import FileIndex, is_link, leads_outside
from reviewer.pdf.messages import Inspection

Folders = Mapping[str, Sequence[str]]  # by kind of document
MEGABYTE = 1 << 20
MOST_COMMAS = 16  # in a file's name: bounds the time that a cell with thousands of commas takes
_NO_DOCUMENT = frozenset(
    ["", "no", "na", "n a", "no aplica", "ninguno", "ninguna", "no tengo", "sin archivo", "pendiente", "s d"]
)
_LINK_KEYS = ("url", "link", "href", "file")  # in JSON about a file
_REFUSAL_MESSAGES = {
    "not_a_pdf": "«{}» no es un PDF.",
    "encrypted_pdf": "«{}» está protegido con contraseña.",
    "corrupt_pdf": "«{}» está dañado y no se puede abrir.",
    "empty_pdf": "«{}» está vacío.",
    "file_too_large": "«{}» crece más de 200 veces al descomprimirse: no se tomó.",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """A row whose documents are looked for, with its cells by kind; files may have its folio or name.

    ``marks`` are what else a folder of the row alone may be called: its e-mail, the id of its submission.
    """

    row: int
    folio: str
    name: str
    cells: Mapping[str, str]
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Claim:
    """A document that a row names, or that was found for it; ``entry`` is None where the batch lacks it.

    ``guessed``: found by the person's name alone; ``several``: several files have the name.
    """

    kind: str
    name: str
    entry: Entry | None
    guessed: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file of the batch once inspected; ``sha256`` is empty where its bytes could not be read."""

    kind: str
    name: str
    path: str
    sha256: str
    size: int
    inspection: Inspection


@dataclass
class Claims:
    """The claims by row, and the files that no row claims."""

    by_row: dict[int, list[Claim]] = field(default_factory=dict)
    unclaimed: list[Entry] = field(default_factory=list)

    def paths(self) -> list[str]:
        """Returns the path of each claim that has a file."""
        return [claim.entry.path for claims in self.by_row.values() for claim in claims if claim.entry]

    def shared_paths(self) -> frozenset[str]:
        """Returns the paths that are claimed more than once."""
        return frozenset(path for path, count in Counter(self.paths()).items() if count > 1)


def claim_documents(
    owners: Sequence[Owner], files: FileIndex, kinds: Sequence[DocumentKind], folders: Folders
) -> Claims:
    """Assigns files to rows: first those that cells name, then those in a folder named by the row's folio.

    ``folders`` are the possible names, by kind, of a folder whose files are named by their person.
    """
    files.index_links(link for owner in owners for cell in owner.cells.values() for link in _links(cell))
    owners = _with_own_marks(owners)
    claims = Claims({owner.row: list(_claims_from_cells(owner, files, folders)) for owner in owners})
    _drop_rival_guesses(claims)
    _add_guesses(claims, owners, files, folders)
    claimed = set(claims.paths())
    names = Counter(fold(owner.name) for owner in owners)
    for owner in owners:
        empty = [kind for kind in kinds if fold(owner.cells.get(kind.key, "")) in _NO_DOCUMENT]
        own = [entry for folder in (owner.folio, *owner.marks) for entry in files.in_folder(folder)]
        own_claims = _claims_from_folder((entry for entry in own if entry.path not in claimed), empty, folders)
        if not own_claims and names[fold(owner.name)] == 1:
            entries = (entry for entry in files.in_folder_of(owner.name) if entry.path not in claimed)
            own_claims = [replace(claim, guessed=True) for claim in _claims_from_folder(entries, empty, folders)]
        claims.by_row[owner.row] += own_claims
    claimed |= set(claims.paths())
    claims.unclaimed = [entry for entry in files.entries if entry.path not in claimed]
    return claims


def _with_own_marks(owners: Sequence[Owner]) -> list[Owner]:
    """Returns the owners with the marks that no other person has."""
    names_by_mark: dict[str, set[str]] = defaultdict(set)
    for owner in owners:
        for mark in owner.marks:
            names_by_mark[mark].add(fold(owner.name))
    return [
        replace(owner, marks=frozenset(mark for mark in owner.marks if len(names_by_mark[mark]) == 1))
        for owner in owners
    ]


def _drop_rival_guesses(claims: Claims) -> None:
    """Takes away the files that were guessed for one row and that another claims as well."""
    rows_by_path: dict[str, set[int]] = defaultdict(set)
    for row, claims_of_row in claims.by_row.items():
        for claim in claims_of_row:
            if claim.entry:
                rows_by_path[claim.entry.path].add(row)
    for row, claims_of_row in claims.by_row.items():
        claims.by_row[row] = [
            Claim(claim.kind, claim.name, None)
            if claim.entry and claim.guessed and len(rows_by_path[claim.entry.path]) > 1
            else claim
            for claim in claims_of_row
        ]


def _add_guesses(claims: Claims, owners: Sequence[Owner], files: FileIndex, folders: Folders) -> None:
    """Gives the claims without a file what their files were probably renamed to."""
    claimed = set(claims.paths())
    wanted: dict[tuple[int, int], Wanted] = {}
    for owner in owners:
        for position, claim in enumerate(claims.by_row[owner.row]):
            if claim.entry is None and not claim.several and not leads_outside(claim.name):
                names = tuple(folders.get(claim.kind, ()))
                marks = owner.marks | {owner.folio.casefold()}
                wanted[owner.row, position] = Wanted(owner.row, claim.name, owner.name, names, marks)
    unclaimed = (entry for entry in files.entries if entry.path not in claimed)
    guesses = guess_files(list(wanted.values()), unclaimed) if wanted else {}
    for (row, position), one in wanted.items():
        if entry := guesses.get(one):
            claim = claims.by_row[row][position]
            claims.by_row[row][position] = replace(claim, entry=entry, guessed=True)


def document_findings(
    claims: Sequence[Claim], received: Sequence[ReceivedFile], kinds: Sequence[DocumentKind]
) -> Iterator[CheckFinding]:
    """Yields what is wrong with a row's documents."""
    for claim in claims:
        if claim.entry is None:
            yield _not_found_finding(claim)
        elif claim.guessed:
            message = f"«{claim.entry.name}» se asignó solo por el nombre: revise que sea de esta persona."
            yield make_finding("guessed_document", message, field=claim.kind, file=claim.entry.path)
    limits = {kind.key: kind for kind in kinds}
    for file in received:
        yield from _file_findings(file, limits[file.kind])
    for kind in kinds:
        yield from _missing_document_findings(kind, [claim for claim in claims if claim.kind == kind.key])


def file_names_in(cell: str, is_file: Callable[[str], object]) -> list[str]:
    """Returns a cell's file names, separated by ``;``, ``,`` or line breaks; commas in a name stay.

    Of JSON, as LimeSurvey and others write it, the name of each file.
    """
    if json_names := list(dict.fromkeys(_names_in_json(cell, is_file))):
        return json_names
    if is_file(cell):
        return [cell]
    names: list[str] = []
    for piece in re.split(r"[;\n]", cell):
        if is_link(piece.strip()):
            names += re.split(r"[,\s]+", piece)
        else:
            names += _comma_separated(piece, is_file)
    return list(dict.fromkeys(stripped for name in names if (stripped := name.strip())))


def _names_in_json(cell: str, is_file: Callable[[str], object]) -> Iterator[str]:
    """Yields the files of a cell of JSON, each by that of its names under which there is a file, else by its first."""
    if not cell.lstrip().startswith(("[", "{")):
        return
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return
    for item in value if isinstance(value, list) else [value]:
        facts = {"name": item} if isinstance(item, str) else item if isinstance(item, dict) else {}
        texts = {key.lower(): text.strip() for key, text in facts.items() if isinstance(text, str) and text.strip()}
        stored, ending = texts.get("filename", ""), texts.get("ext", "")
        names = [stored, f"{stored}.{ending}" if stored and ending else ""]
        names = [texts.get("name", ""), *names, *(texts.get(key, "") for key in _LINK_KEYS)]
        known = [name for name in names if name]
        if known:
            yield next((name for name in known if is_file(name)), known[0])


def _comma_separated(piece: str, is_file: Callable[[str], object]) -> Iterator[str]:
    parts = piece.split(",")
    start = 0
    while start < len(parts):
        for end in range(min(len(parts), start + MOST_COMMAS), start, -1):
            name = ",".join(parts[start:end]).strip()
            if end == start + 1 or is_file(name):
                yield name
                start = end
                break


def _links(cell: str) -> list[str]:
    return re.findall(r"https?://[^\s,;]+", cell)


def _claims_from_cells(owner: Owner, files: FileIndex, folders: Folders) -> Iterator[Claim]:
    for kind, cell in owner.cells.items():
        if fold(cell) in _NO_DOCUMENT:
            continue
        names = file_names_in(cell, lambda name: files.find(name, owner.folio, owner.marks) or files.has_like(name))
        seen_paths: set[str] = set()
        for claim in _claims_from_names(kind, names, owner, files, folders):
            if claim.entry is None or claim.entry.path not in seen_paths:
                seen_paths |= {claim.entry.path} if claim.entry else set()
                yield claim


def _claims_from_names(
    kind: str, names: Sequence[str], owner: Owner, files: FileIndex, folders: Folders
) -> Iterator[Claim]:
    for name in names:
        if not is_link(name):
            entry = files.find(name, owner.folio, owner.marks)
            yield Claim(kind, name, entry, several=entry is None and files.is_ambiguous(name))
            continue
        linked = files.find_by_link(name)
        guessed = [] if linked else files.find_by_owner(folders.get(kind, ()), owner.name)
        yield from (Claim(kind, name, entry, guessed=bool(guessed)) for entry in linked or guessed)
        if not (linked or guessed):
            yield Claim(kind, name, None)


def _claims_from_folder(
    unclaimed_entries: Iterable[Entry], kinds: Sequence[DocumentKind], folders: Folders
) -> list[Claim]:
    entries_by_kind: dict[str, list[Entry]] = {}
    for entry in sorted(unclaimed_entries, key=lambda entry: entry.path):
        kind = _kind_in_name(entry, kinds, folders)
        if kind:
            entries_by_kind.setdefault(kind, []).append(entry)
    claims = []
    for kind, entries in entries_by_kind.items():
        pdfs = [entry for entry in entries if entry.name.lower().endswith(".pdf")]
        claims += [Claim(kind, entry.name, entry) for entry in pdfs or entries]
    return claims


def _kind_in_name(entry: Entry, kinds: Sequence[DocumentKind], folders: Folders) -> str | None:
    """Returns the kind whose key, or else one of whose folder names, is in the file's name; the longest."""
    stem = fold(entry.name.rpartition(".")[0] or entry.name)
    for kind_names in (lambda kind: [kind.key], lambda kind: folders.get(kind.key, ())):
        matches = [
            (len(fold(word)), kind.key)
            for kind in kinds
            for word in kind_names(kind)
            if fold(word) and fold(word).replace(" ", "") in stem.replace(" ", "")
        ]
        if matches:
            return max(matches)[1]
    return None


def refusal_message(problem: str, name: str) -> str:
    """Returns the sentence that says why a file was refused."""
    return _REFUSAL_MESSAGES[problem].format(name)


def _not_found_finding(claim: Claim) -> CheckFinding:
    message = f"El lote no trae el archivo «{claim.name}»."
    if claim.several:
        message = f"El lote trae varios archivos llamados «{claim.name}»; indique su carpeta."
    return make_finding("file_not_found", message, field=claim.kind, file=claim.name)


def _file_findings(file: ReceivedFile, kind: DocumentKind) -> Iterator[CheckFinding]:
    inspection = file.inspection
    if inspection.problem:
        message = refusal_message(inspection.problem, file.name)
        severity = Severity.ERROR  # also of a code that is a check where the file is taken
        yield make_finding(inspection.problem, message, field=file.kind, file=file.path, severity=severity)
        return
    if kind.max_megabytes and file.size > kind.max_megabytes * MEGABYTE:
        message = f"«{file.name}» pesa {file.size / MEGABYTE:.1f} MB; el máximo es {kind.max_megabytes:g}."
        yield make_finding("file_too_large", message, field=file.kind, file=file.path)
    if kind.max_pages and inspection.pages > kind.max_pages:
        message = f"«{file.name}» tiene {inspection.pages} páginas; el máximo es {kind.max_pages}."
        yield make_finding("too_many_pages", message, field=file.kind, file=file.path)
    if inspection.active_content:
        message = f"«{file.name}» trae contenido activo (programas, envíos o archivos incrustados)."
        yield make_finding("active_content", message, field=file.kind, file=file.path)
    if inspection.unreadable_pages:
        message = f"«{file.name}» no se ve como se escribió: pida otra copia (impresa a PDF o escaneada)."
        yield make_finding("unreadable_pages", message, field=file.kind, file=file.path)
    if not inspection.has_text:
        message = f"«{file.name}» no tiene texto: es una imagen."
        yield make_finding("no_text", message, field=file.kind, file=file.path)


def _missing_document_findings(kind: DocumentKind, claims: Sequence[Claim]) -> Iterator[CheckFinding]:
    """Yields nothing for an optional kind where a file was named: ``file_not_found`` already says it."""
    if any(claim.entry for claim in claims) or (claims and not kind.required):
        return
    severity = Severity.INELIGIBLE if kind.required else Severity.INFO
    yield make_finding("missing_document", f"Falta: {kind.label}.", field=kind.key, severity=severity)
