"""Which file is which document of which row, and what is wrong with it. Uses no database and no files."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reviewer.call.spec import DocumentKind
from reviewer.core.text import fold
from reviewer.intake.check.findings import CheckFinding, Severity, make_finding
from reviewer.intake.parse.archive import Entry
from reviewer.intake.parse.file_index import FileIndex, is_link
from reviewer.pdf.messages import Inspection

Folders = Mapping[str, Sequence[str]]  # by kind of document
MEGABYTE = 1 << 20
MOST_COMMAS = 16  # in a file's name: bounds the time that a cell with thousands of commas takes
_NO_DOCUMENT = frozenset(
    ["", "no", "na", "n a", "no aplica", "ninguno", "ninguna", "no tengo", "sin archivo", "pendiente", "s d"]
)
_REFUSAL_MESSAGES = {
    "not_a_pdf": "«{}» no es un PDF.",
    "encrypted_pdf": "«{}» está protegido con contraseña.",
    "corrupt_pdf": "«{}» está dañado y no se puede abrir.",
    "empty_pdf": "«{}» está vacío.",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """A row whose documents are looked for, with its cells by kind; files may have its folio or name."""

    row: int
    folio: str
    name: str
    cells: Mapping[str, str]


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
    claims = Claims({owner.row: list(_claims_from_cells(owner, files, folders)) for owner in owners})
    claimed = set(claims.paths())
    for owner in owners:
        empty = [kind for kind in kinds if fold(owner.cells.get(kind.key, "")) in _NO_DOCUMENT]
        unclaimed_entries = [entry for entry in files.in_folder(owner.folio) if entry.path not in claimed]
        claims.by_row[owner.row] += _claims_from_folder(unclaimed_entries, empty, folders)
    claimed |= set(claims.paths())
    claims.unclaimed = [entry for entry in files.entries if entry.path not in claimed]
    return claims


def document_findings(
    claims: Sequence[Claim], received: Sequence[ReceivedFile], kinds: Sequence[DocumentKind]
) -> Iterator[CheckFinding]:
    """Yields what is wrong with a row's documents."""
    for claim in claims:
        if claim.entry is None:
            yield _not_found_finding(claim)
        elif claim.guessed:
            message = f"«{claim.entry.name}» se asignó solo por el nombre de la persona."
            yield make_finding("guessed_document", message, field=claim.kind, file=claim.entry.path)
    limits = {kind.key: kind for kind in kinds}
    for file in received:
        yield from _file_findings(file, limits[file.kind])
    for kind in kinds:
        yield from _missing_document_findings(kind, [claim for claim in claims if claim.kind == kind.key])


def file_names_in(cell: str, is_file: Callable[[str], bool]) -> list[str]:
    """Returns a cell's file names, separated by ``;``, ``,`` or line breaks; commas in a name stay."""
    if is_file(cell):
        return [cell]
    names: list[str] = []
    for piece in re.split(r"[;\n]", cell):
        if is_link(piece.strip()):
            names += re.split(r"[,\s]+", piece)
        else:
            names += _comma_separated(piece, is_file)
    return list(dict.fromkeys(stripped for name in names if (stripped := name.strip())))


def _comma_separated(piece: str, is_file: Callable[[str], bool]) -> Iterator[str]:
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
        names = file_names_in(cell, lambda name: files.find(name, owner.folio) is not None)
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
            yield Claim(kind, name, files.find(name, owner.folio), several=files.is_ambiguous(name))
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
        yield make_finding(inspection.problem, message, field=file.kind, file=file.path)
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
