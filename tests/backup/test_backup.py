"""A backup has the state of one moment; what is restored equals it, table by table and byte by byte."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.backup import archive, rows
from reviewer.backup.create import back_up
from reviewer.backup.restore import restore
from reviewer.call import spec
from reviewer.cli import main
from reviewer.core import database
from reviewer.core.errors import Forbidden, InfrastructureError, UserError
from reviewer.models import AuditEvent, Call, Document, Phase, Role, Setting, require_id
from reviewer.storage import documents
from tests import postgres
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.stored_rows import overwrite

Elsewhere = Callable[[], Path]
PDFS = [b"%PDF-1.4 uno", b"%PDF-1.4 dos" + bytes(range(256)) * 5000]


@pytest.fixture
def filled(call: Call, juror: Actor) -> list[str]:
    """Fills an installation with people, applications and documents; returns the hashes of the documents."""
    applications = add_applications(call, 3)
    hashes = [documents.put(io.BytesIO(pdf))[0] for pdf in PDFS]
    with database.write_session() as session:
        for number, sha256 in enumerate(hashes):
            name, size = f"cartá {number}.pdf", len(PDFS[number])
            session.add(
                Document(
                    application_id=require_id(applications[number]),
                    kind="motivos",
                    original_name=name,
                    sha256=sha256,
                    size=size,
                )
            )
        session.add(
            Document(
                application_id=require_id(applications[2]),
                kind="motivos",
                original_name="rota.pdf",
                sha256=hashlib.sha256(b"never taken").hexdigest(),
                size=9,
                refused="corrupt_pdf",
            )
        )
    return hashes


@pytest.fixture(params=["of the same kind", "SQLite"])
def elsewhere(
    request: pytest.FixtureRequest, tmp_path: Path, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Elsewhere]:
    """Changes to an empty installation, on a database of the same kind or on SQLite."""
    if empty_database.startswith("sqlite") and request.param == "SQLite":
        pytest.skip("it is the same kind")
    folder, url = tmp_path / "elsewhere", f"sqlite:///{tmp_path / 'elsewhere' / 'new.db'}"
    if not empty_database.startswith("sqlite") and request.param != "SQLite":
        url = postgres.copy_of(empty_database)

    def turn() -> Path:
        folder.mkdir(exist_ok=True)
        monkeypatch.setenv("REVIEWER_DATABASE_URL", url)
        monkeypatch.setenv("REVIEWER_DOCUMENTS_URL", f"file://{folder / 'documents'}")
        return folder

    yield turn
    if not url.startswith("sqlite"):
        monkeypatch.setenv("REVIEWER_DATABASE_URL", url)
        database.engine().dispose()
        postgres.drop(url)


def contents() -> dict[str, list[bytes]]:
    """Returns the lines of every table, independently of the database and the order of columns."""

    def lines(connection: Connection, table: Table) -> list[bytes]:
        names = [column.name for column in table.columns]
        named_rows = (dict(zip(names, json.loads(line), strict=True)) for line in rows.lines_of(connection, table))
        return [json.dumps(row, sort_keys=True).encode() for row in named_rows]

    with database.engine().connect() as connection:
        return {table.name: lines(connection, table) for table in rows.tables_of(connection)}


def test_the_restored_installation_is_equal(filled: list[str], tmp_path: Path, elsewhere: Elsewhere) -> None:
    before, progress_calls = contents(), []
    summary = back_up(OPERATOR, path=tmp_path / "todo.zip", progress=lambda *counts: progress_calls.append(counts))
    assert (summary.documents, summary.missing, progress_calls) == (2, (), [(1, 2), (2, 2)])
    assert (summary.path.stat().st_mode & 0o777) == 0o600
    elsewhere()
    restored = restore(OPERATOR, path=summary.path)
    assert contents() == before
    assert sum(map(len, before.values())) == restored.rows == summary.rows
    for sha256, content in zip(filled, PDFS, strict=True):
        with documents.open_document(sha256) as file:
            assert file.read() == content


def test_the_restored_installation_works(filled: list[str], tmp_path: Path, elsewhere: Elsewhere) -> None:
    path = back_up(OPERATOR, path=tmp_path / "todo.zip").path
    elsewhere()
    restore(OPERATOR, path=path)
    add_applications(spec.get_call(SLUG), 2, start=50)
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.SCREENING)
    assert spec.get_call(SLUG).phase is Phase.SCREENING


def test_the_backup_is_of_one_moment(
    filled: list[str], tmp_path: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, write = contents(), archive.table_path

    def changed_meanwhile(name: str) -> str:
        with database.write_session() as session:
            session.merge(Setting(key=f"meanwhile {name}", value="1"))
        return write(name)

    monkeypatch.setattr(archive, "table_path", changed_meanwhile)
    path = back_up(OPERATOR, path=tmp_path / "todo.zip").path
    monkeypatch.setattr(archive, "table_path", write)
    assert contents()["setting"] != before["setting"]
    elsewhere()
    restore(OPERATOR, path=path)
    assert contents() == before


def test_missing_and_altered_documents_are_named_and_the_rest_is_kept(
    filled: list[str], tmp_path: Path, elsewhere: Elsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    overwrite(filled[0], b"%PDF-1.4 otra cosa")
    assert main(["backup", str(tmp_path / "todo.zip")]) == 1
    assert filled[0] in capsys.readouterr().err
    elsewhere()
    assert main(["restore", str(tmp_path / "todo.zip")]) == 1
    assert filled[0] in capsys.readouterr().err
    assert documents.exists(filled[1]) and not documents.exists(filled[0])


def test_only_an_empty_installation_is_filled(filled: list[str], tmp_path: Path, elsewhere: Elsewhere) -> None:
    before, path = contents(), back_up(OPERATOR, path=tmp_path / "todo.zip").path
    with pytest.raises(UserError, match="no está vacía"):
        restore(OPERATOR, path=path)
    for sha256 in filled:
        documents.remove(sha256)
    with pytest.raises(UserError, match="base de datos no está vacía"):
        restore(OPERATOR, path=path)
    noted, after = ("auditevent", "audithead"), contents()  # that a backup was made
    assert all(after[table_name] == before[table_name] for table_name in before if table_name not in noted)
    elsewhere()
    documents.put(io.BytesIO(b"%PDF somebody else's"))
    with pytest.raises(UserError, match="carpeta de documentos no está vacía"):
        restore(OPERATOR, path=path)


def test_a_damaged_backup_restores_nothing(filled: list[str], tmp_path: Path, elsewhere: Elsewhere) -> None:
    path = back_up(OPERATOR, path=tmp_path / "todo.zip").path
    content = bytearray(path.read_bytes())
    at = content.find(PDFS[1])
    content[at + 40] ^= 1
    path.write_bytes(content)
    folder = elsewhere()
    with pytest.raises(UserError, match="dañado"):
        restore(OPERATOR, path=path)
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match="no es un respaldo"):
        restore(OPERATOR, path=path)
    assert not list(folder.rglob("*.pdf"))


def test_whatever_bytes_are_altered_it_is_refused_and_nothing_is_left(
    filled: list[str], tmp_path: Path, elsewhere: Elsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    """Inside compressed data, where zipfile raises errors of its own, and in the zip's directory."""
    content = back_up(OPERATOR, path=tmp_path / "todo.zip").path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        header = zipped.getinfo("tables/person.jsonl").header_offset
    data_start = header + 30 + content[header + 26] + content[header + 28]  # after the name, and what else is said
    directory_entry = content.rindex(b"tables/person.jsonl") - 46
    folder = elsewhere()
    for at, replacement in (
        (data_start, b"\xff\xff"),  # zlib: no such kind of block
        (data_start + 60, b"\x00" * 8),
        (directory_entry + 8, b"\x01"),  # says that it is encrypted
        (directory_entry + 10, b"\x0e"),  # says that it is LZMA
        (directory_entry + 10, b"\x63"),  # says that it is compressed in no known way
        (directory_entry + 42, b"\xff" * 4),  # says that it lies elsewhere
    ):
        (tmp_path / "otro.zip").write_bytes(content[:at] + replacement + content[at + len(replacement) :])
        assert main(["restore", str(tmp_path / "otro.zip")]) == 2, (at, replacement)
        assert len(capsys.readouterr().err.splitlines()) == 1
        assert not list(folder.rglob("*.pdf")), at


def _edited(source: Path, target: Path, table: str, edit: Callable[[dict[str, Any], bytes], bytes]) -> Path:
    """Returns a backup with a changed table and a matching hash."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        manifest = json.loads(old.read(archive.MANIFEST))
        path, entry = archive.table_path(table), next(e for e in manifest["tables"] if e["name"] == table)
        lines = edit(manifest, old.read(path))
        entry["sha256"] = hashlib.sha256(lines).hexdigest()
        for name in old.namelist():
            changed = {path: lines, archive.MANIFEST: json.dumps(manifest).encode()}
            new.writestr(name, changed.get(name, old.read(name)))
    return target


@pytest.mark.parametrize(
    "edit",
    [
        lambda manifest, lines: lines + lines,
        lambda manifest, lines: lines.replace(b"2", b"x"),
        lambda manifest, lines: lines.splitlines(keepends=True)[0],
        lambda manifest, lines: b'{"no": "row"}\n',
        lambda manifest, lines: manifest["tables"].clear() or lines,
        lambda manifest, lines: manifest["documents"].append("../../fuera") or lines,
        lambda manifest, lines: manifest.update(revision=["0001"]) or lines,
    ],
)
def test_a_backup_whose_content_fits_no_table_is_refused(
    filled: list[str],
    tmp_path: Path,
    elsewhere: Elsewhere,
    edit: Callable[[dict[str, Any], bytes], bytes],
) -> None:
    path = back_up(OPERATOR, path=tmp_path / "todo.zip").path
    edited = _edited(path, tmp_path / "editado.zip", "application", edit)
    folder = elsewhere()
    with pytest.raises(UserError, match=r"dañado|no es un respaldo"):
        restore(OPERATOR, path=edited)
    assert not list(folder.rglob("*.pdf"))
    assert restore(OPERATOR, path=path).documents == len(filled)


def test_restore_refuses_foreign_tables_and_files(filled: list[str], tmp_path: Path, elsewhere: Elsewhere) -> None:
    path = back_up(OPERATOR, path=tmp_path / "todo.zip").path
    folder = elsewhere()
    with database.unmigrated_connection() as connection:
        connection.exec_driver_sql("CREATE TABLE alguien (id INTEGER PRIMARY KEY)")
    with pytest.raises(UserError, match="tablas que no son de Dictamen"):
        restore(OPERATOR, path=path)
    with database.unmigrated_connection() as connection:
        connection.exec_driver_sql("DROP TABLE alguien")  # it was left there
    (folder / "documents").mkdir(exist_ok=True)
    (folder / "documents" / "notas.txt").write_text("de alguien")
    with pytest.raises(UserError, match="carpeta de documentos no está vacía"):
        restore(OPERATOR, path=path)


@pytest.mark.parametrize("manifest", [b"[]", b"{}", b"no", b'{"format": 9}', b'"x"', b"5", b"[" * 9999])
def test_another_zip_is_no_backup(installation: Path, tmp_path: Path, manifest: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "otro.zip", "w") as zipped:
        zipped.writestr(archive.MANIFEST, manifest)
    with pytest.raises(UserError):
        restore(OPERATOR, path=tmp_path / "otro.zip")


def test_a_restore_that_fails_leaves_nothing(
    filled: list[str], tmp_path: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, original_put = back_up(OPERATOR, path=tmp_path / "todo.zip").path, documents.put

    def full(source: Any) -> tuple[str, int]:
        if original_put(source)[0] == max(filled):
            raise InfrastructureError("El disco de los documentos está lleno.")
        return min(filled), 0

    folder = elsewhere()
    monkeypatch.setattr(documents, "put", full)
    with pytest.raises(InfrastructureError):
        restore(OPERATOR, path=path)
    monkeypatch.setattr(documents, "put", original_put)
    documents.remove(max(filled))  # what the failing store itself had kept
    assert not list(folder.rglob("*.pdf"))
    assert restore(OPERATOR, path=path).documents == 2


def test_a_backup_never_replaces_another(filled: list[str], tmp_path: Path) -> None:
    path = tmp_path / "todo.zip"
    path.write_bytes(b"the only one")
    with pytest.raises(UserError, match="ya existe"):
        back_up(OPERATOR, path=path)
    assert path.read_bytes() == b"the only one"
    with pytest.raises(InfrastructureError, match="no existe"):
        back_up(OPERATOR, path=tmp_path / "no" / "todo.zip")


@pytest.mark.parametrize("has_second_names", [True, False])
def test_concurrent_backups_of_one_name_keep_one_whole(
    filled: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_second_names: bool
) -> None:
    path, write = tmp_path / "todo.zip", archive.table_path
    if not has_second_names:
        monkeypatch.setattr(Path, "hardlink_to", lambda *_: (_ for _ in ()).throw(PermissionError))

    def meanwhile(name: str) -> str:
        monkeypatch.setattr(archive, "table_path", write)
        back_up(OPERATOR, path=path)
        return write(name)

    monkeypatch.setattr(archive, "table_path", meanwhile)
    with pytest.raises(UserError, match="ya existe"):
        back_up(OPERATOR, path=path)
    assert [file.name for file in tmp_path.glob("*todo*")] + [*tmp_path.glob(".*")] == ["todo.zip"]
    with zipfile.ZipFile(path) as zipped:
        archive.check(zipped, archive.read_manifest(zipped))


def test_administrators_make_backups_which_are_audited(
    filled: list[str], tmp_path: Path, admin: Actor, person: PersonFactory
) -> None:
    back_up(admin, path=tmp_path / "todo.zip")
    with database.read_session() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "backup.make")).one()
    assert event.actor == admin.label and event.detail["documents"] == 2
    for role in (Role.JURY, Role.COORDINATOR):
        with pytest.raises(Forbidden):
            back_up(person(role), path=tmp_path / "suyo.zip")
    with pytest.raises(Forbidden):
        restore(admin, path=tmp_path / "todo.zip")
    assert not (tmp_path / "suyo.zip").exists()
