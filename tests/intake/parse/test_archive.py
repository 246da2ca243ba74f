import os
import posixpath
import stat
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.intake.check.findings import BatchRefused
from reviewer.intake.parse import archive as sources
from reviewer.intake.parse.archive import UnreadableEntry, find_table, open_source
from tests.factories.batches import archive
from tests.factories.pdfs import small_pdf


def refusal(path: Path) -> str:
    with pytest.raises(BatchRefused) as caught, open_source(path) as source:
        find_table(source)
    return caught.value.finding.code


def paths(path: Path) -> list[str]:
    with open_source(path) as source:
        return [entry.path for entry in source.entries]


def test_a_folder_is_listed_without_files_of_desktops(tmp_path: Path) -> None:
    for name in (
        "tabla.csv",
        "docs/a.pdf",
        ".DS_Store",
        "docs/Thumbs.db",
        "~$tabla.xlsx",
        "__MACOSX/._a.pdf",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert paths(tmp_path) == ["docs/a.pdf", "tabla.csv"]


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    batch = tmp_path / "lote"
    batch.mkdir()
    (tmp_path / "secreto.pdf").write_bytes(b"x")
    (batch / "a.pdf").write_bytes(b"x")
    (batch / "dentro.pdf").symlink_to(batch / "a.pdf")
    (batch / "fuera.pdf").symlink_to(tmp_path / "secreto.pdf")
    (batch / "nada.pdf").symlink_to(batch / "no hay.pdf")
    assert paths(batch) == ["a.pdf", "dentro.pdf"]


def test_names_in_a_folder_may_be_in_any_encoding(tmp_path: Path) -> None:
    (tmp_path / b"Mu\xf1oz.pdf".decode("utf-8", "surrogateescape")).write_bytes(b"x")
    (tmp_path / "Jose\u0301.pdf").write_bytes(b"x")
    assert paths(tmp_path) == ["José.pdf", "Muñoz.pdf"]


def test_a_source_itself_may_be_named_in_any_encoding(tmp_path: Path) -> None:
    folder = tmp_path / b"A\xf1o".decode("utf-8", "surrogateescape")
    folder.mkdir()
    packed = archive(folder.with_suffix(".zip"), [("a.pdf", b"x")])
    for path, name in ((folder, "Año"), (packed, "Año.zip")):
        with open_source(path) as source:
            assert source.name == name
    packed.write_bytes(b"nada")
    with pytest.raises(BatchRefused, match=r"«Año\.zip»"), open_source(packed):
        pass


def test_names_in_a_zip_may_be_utf8_or_cp437_without_saying_so(tmp_path: Path) -> None:
    def unflagged(raw: bytes) -> bytes:
        """Returns a zip of one stored entry with these bytes as name and no flag."""
        crc = zlib.crc32(b"x")
        local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, crc, 1, 1, len(raw), 0) + raw + b"x"
        entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, crc, 1, 1, len(raw), 0, 0, 0, 0, 0, 0)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(entry + raw), len(local), 0)
        return local + entry + raw + end

    for raw in ("Muñoz.pdf".encode(), "Muñoz.pdf".encode("cp437")):
        path = tmp_path / "lote.zip"
        path.write_bytes(unflagged(raw))
        assert paths(path) == ["Muñoz.pdf"]


def test_a_colon_in_a_name_is_no_drive(tmp_path: Path) -> None:
    """Finder stores a slash in a file name as a colon."""
    path = archive(tmp_path / "a.zip", [("tabla.csv", b"x"), ("I:D.pdf", b"x")])
    assert paths(path) == ["I:D.pdf", "tabla.csv"]


def test_backslashes_are_separators_in_a_zip(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", [("docs\\a.pdf", b"x"), ("./b.pdf", b"x"), ("c/../d.pdf", b"x")])
    assert paths(path) == ["b.pdf", "d.pdf", "docs/a.pdf"]


@pytest.mark.parametrize(
    "name", ["../a.pdf", "/etc/passwd", "a/../../b.pdf", "C:\\a.pdf", "..\\a.pdf", "\\\\server\\a.pdf", "../"]
)
def test_paths_that_lead_outside_refuse_the_batch(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / "a.zip", [("tabla.csv", b"x"), (name, b"x")])
    assert refusal(path) == "unsafe_path"


def test_a_link_in_a_zip_refuses_the_batch(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("docs/a.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refusal(archive(tmp_path / "a.zip", [("tabla.csv", b"x"), (link, b"/etc/passwd")])) == "unsafe_path"


@pytest.mark.parametrize("content", [b"\0" * 60_000, b"\xff" * 5_000_000, b";;;;\n" * 300_000])
def test_what_grows_much_and_stays_small_is_taken(tmp_path: Path, content: bytes) -> None:
    path = archive(tmp_path / "a.zip", [("tabla.csv", content), ("a.pdf", content)])
    with open_source(path) as source:
        assert not find_table(source).is_bomb
        for entry in source.entries:
            with source.local(entry) as local:
                assert local.read_bytes() == content


def test_an_entry_that_grows_too_much_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "EXPANSION_ALLOWED", 1 << 20)
    path = archive(tmp_path / "a.zip", [("tabla.csv", b"x"), ("a.pdf", b"\0" * 5_000_000), ("b.pdf", b"y")])
    with open_source(path) as source:
        assert {entry.path: entry.is_bomb for entry in source.entries} == {
            "a.pdf": True,
            "b.pdf": False,
            "tabla.csv": False,
        }
        with pytest.raises(UnreadableEntry), source.local(source.entries[0]):
            pass


def test_a_table_that_grows_too_much_refuses_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "EXPANSION_ALLOWED", 1 << 20)
    assert refusal(archive(tmp_path / "a.zip", [("tabla.csv", b"\0" * 5_000_000)])) == "archive_bomb"


def test_a_file_at_hand_has_no_name_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    path = archive(tmp_path / "a.zip", [("a.pdf", small_pdf("uno"))])
    with open_source(path) as source, source.local(source.entries[0]) as local:
        assert local.read_bytes() == small_pdf("uno") and not list((tmp_path / "tmp").iterdir())


def test_entries_that_share_their_bytes_refuse_the_batch(tmp_path: Path) -> None:
    entries = [("tabla.csv", b"nombre,correo\n"), ("a.pdf", small_pdf("uno")), ("b.pdf", small_pdf("dos"))]
    content = bytearray(archive(tmp_path / "a.zip", entries).read_bytes())
    second, third = (content.rindex(name) - 46 + 42 for name in (b"a.pdf", b"b.pdf"))
    content[third : third + 4] = content[second : second + 4]
    (tmp_path / "b.zip").write_bytes(content)
    assert refusal(tmp_path / "b.zip") == "archive_bomb"


def test_too_many_entries_refuse_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_ENTRIES", 3)
    path = archive(tmp_path / "a.zip", [(f"{number}.csv", b"x") for number in range(4)])
    assert refusal(path) == "archive_bomb"


def test_more_than_20_gib_refuse_the_batch_without_being_written(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", [("tabla.csv", b"x"), ("a.pdf", b"y" * 10)])
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    struct.pack_into("<LL", content, entry + 20, 0xFFFFFFFE, 0xFFFFFFFE)
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "MOST_UNPACKED", 1 << 30)
        assert refusal(path) == "archive_bomb"


def test_what_is_neither_folder_nor_zip(tmp_path: Path) -> None:
    (tmp_path / "tabla.csv").write_bytes(b"nombre,correo\n")
    (tmp_path / "roto.zip").write_bytes(archive(tmp_path / "a.zip", [("a.csv", b"x" * 999)]).read_bytes()[:-30])
    with zipfile.ZipFile(tmp_path / "libro.xlsx", "w") as book:
        book.writestr("xl/workbook.xml", b"<x/>")
    for name in ("no hay", "tabla.csv", "roto.zip", "libro.xlsx"):
        assert refusal(tmp_path / name) == "unreadable_source"


def test_a_locked_zip_and_one_of_an_unknown_method(tmp_path: Path) -> None:
    for offset, value in ((8, 1), (10, 9)):
        path = archive(tmp_path / "a.zip", [("tabla.csv", b"nombre,correo\n")])
        content = bytearray(path.read_bytes())
        struct.pack_into("<H", content, content.index(b"PK\x01\x02") + offset, value)
        path.write_bytes(content)
        assert refusal(path) == "unreadable_source"


def test_the_table_is_the_one_in_the_shallowest_folder(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", [("lote/t.CSV", b"x"), ("lote/docs/otra.xlsx", b"x"), ("a.pdf", b"x")])
    with open_source(path) as source:
        assert find_table(source).path == "lote/t.CSV"
    assert refusal(archive(tmp_path / "b.zip", [("a/x.csv", b"x"), ("b/y.ods", b"x")])) == "several_tables"
    assert refusal(archive(tmp_path / "c.zip", [("a.pdf", b"x")])) == "no_table"


def test_a_damaged_place_costs_its_entry_only(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", [("a.pdf", small_pdf("uno")), ("b.pdf", small_pdf("dos"))])
    content = bytearray(path.read_bytes())
    at = content.index(b"a.pdf") + 60
    content[at : at + 20] = b"\xff" * 20
    path.write_bytes(content)
    with open_source(path) as source:
        broken, intact = source.entries
        with pytest.raises(UnreadableEntry), source.local(broken):
            pass
        with source.local(intact) as place:
            assert place.read_bytes() == small_pdf("dos")
        assert not place.exists()


PIECES = ("..", ".", "", "a", "ñ.pdf", "CON", "nul.pdf", "\x00", "\u202e", "=1", "...", "~", "a:b", "C:", " ")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from("/\\")), min_size=1, max_size=5))
def test_a_hostile_name_lands_inside_or_refuses_the_batch(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, str]]
) -> None:
    name = "".join(piece + separator for piece, separator in pieces)[:-1]
    info = zipfile.ZipInfo()
    info.filename = name  # as it is: the constructor would cut and turn it
    path = archive(tmp_path_factory.mktemp("z") / "a.zip", [("tabla.csv", b"x"), (info, b"secreto")])
    slashed_name = name.split("\0")[0].replace("\\", "/")
    inside = posixpath.normpath(slashed_name or ".")
    if inside.startswith(("/", "../")) or inside == ".." or slashed_name.startswith("C:/"):
        assert refusal(path) == "unsafe_path"
        return
    with open_source(path) as source:
        other_entries = [entry for entry in source.entries if entry.path != "tabla.csv"]
        assert [entry.path for entry in other_entries] in ([], [inside])
        for entry in other_entries:
            with source.local(entry) as place:
                assert place.parent == Path(f"/proc/{os.getpid()}/fd")
                assert place.read_bytes() == b"secreto"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_damage_does_more_than_refuse_or_lose_an_entry(
    tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.mktemp("z") / "a.zip"
    archive(path, [("tabla.csv", b"nombre,correo\nAna,a@b.mx\n"), ("docs/ñ.pdf", small_pdf())])
    content = bytearray(path.read_bytes())
    for place, value in flips:
        content[place % len(content)] = value
    path.write_bytes(content)
    try:
        with open_source(path) as source:
            for entry in source.entries:
                try:
                    with source.local(entry) as local:
                        assert local.stat().st_size <= entry.size
                except UnreadableEntry:
                    continue
    except BatchRefused:
        pass


def zipped(tmp_path: Path, *entries: tuple[str, bytes]) -> bytes:
    return archive(tmp_path / "inner.zip", entries).read_bytes()


def test_the_files_of_an_archive_a_person_are_those_of_the_batch(tmp_path: Path) -> None:
    inner = zipped(tmp_path, ("motivos.pdf", small_pdf("uno")), ("b/mas.zip", b"x"), ("__MACOSX/._a", b"x"))
    batch = tmp_path / "lote"
    (batch / "docs").mkdir(parents=True)
    (batch / "tabla.csv").write_bytes(b"nombre,correo\n")
    (batch / "docs/ana.zip").write_bytes(inner)
    (batch / "roto.zip").write_bytes(inner[:-30])
    outer = [(path.relative_to(batch).as_posix(), path.read_bytes()) for path in batch.rglob("*") if path.is_file()]
    for place in (batch, archive(tmp_path / "lote.zip", outer)):
        with open_source(place) as source:
            found = {entry.path: entry for entry in source.entries}
            assert set(found) == {"tabla.csv", "docs/ana.zip/motivos.pdf", "docs/ana.zip/b/mas.zip", "roto.zip"}
            entry = found["docs/ana.zip/motivos.pdf"]
            with source.local(entry) as local, source.open(entry) as file:
                assert local.read_bytes() == file.read() == small_pdf("uno")
            assert (entry.archive, found["roto.zip"].archive) == ("docs/ana.zip", "")


def test_hostile_archives_inside_a_batch_refuse_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusal_of(*entries: tuple[str, bytes]) -> str:
        inner = zipped(tmp_path, *entries)
        return refusal(archive(tmp_path / "a.zip", [("tabla.csv", b"x"), ("1.zip", inner), ("2.zip", inner)]))

    assert refusal_of(("../fuera.pdf", b"x")) == "unsafe_path"
    monkeypatch.setattr(sources, "MOST_ENTRIES", 4)
    assert refusal_of(("a.pdf", b"x"), ("b.pdf", b"y")) == "archive_bomb"
    monkeypatch.setattr(sources, "MOST_ENTRIES", 50)
    monkeypatch.setattr(sources, "MOST_UNPACKED", 5000)
    assert refusal_of(("a.pdf", b"x" * 3000)) == "archive_bomb"
