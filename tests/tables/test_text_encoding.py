import codecs

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reviewer.tables.text_encoding import LEGACY_ENCODINGS, UnknownEncoding, decode

WORDS = ("coyoacan", "electronico", "codigo", "alcaldia", "identificacion")
NAMES = (
    *("José", "Úrsula", "PEÑA", "Íñigo", "Muñoz", "García", "Ángel", "Óscar", "Édgar", "Ñáñez", "Begoña", "Agüero"),
    *("MARÍA JOSÉ NÚÑEZ", "Iñárritu", "Zoë Müller", "Gutiérrez", "Ibáñez", "Ramón", "Verónica", "Raúl", "ana peña"),
)


@pytest.mark.parametrize("encoding", LEGACY_ENCODINGS)
@pytest.mark.parametrize("name", NAMES)
def test_one_name_is_enough(name: str, encoding: str) -> None:
    text = f"nombre,correo\n{name},a@b.mx\n"
    assert decode(text.encode(encoding), WORDS) == (text, encoding)


@pytest.mark.parametrize("encoding", LEGACY_ENCODINGS)
@given(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=6))
def test_any_names_in_any_encoding(encoding: str, names: list[str]) -> None:
    text = "nombre;correo\r\n" + "".join(f"{name};x@b.mx\r\n" for name in names)
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize("text", ["la época de oro", "O’Gorman, “el nuevo” – 2025", "¿Qué hacer?", "N.º 3, él vino"])
@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman"])
def test_signs_of_word_processors_are_no_letters(text: str, encoding: str) -> None:
    assert decode(f"nombre,sinopsis\nAna,{text}\n".encode(encoding)) == (f"nombre,sinopsis\nAna,{text}\n", encoding)


@given(
    st.text(st.characters(min_codepoint=1, max_codepoint=0x36F) | st.sampled_from("“”–…😀名前")),
    st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_utf_8_is_taken_as_it_is(text: str, codec: str) -> None:
    assume(not text.encode().startswith((b"\xff\xfe", b"\xfe\xff")))
    assert decode(text.encode(codec)) == (text, "utf-8")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(codec: str) -> None:
    assert decode("nombre,Ñandú\n".encode(codec)) == ("nombre,Ñandú\n", "utf-16")


@pytest.mark.parametrize(
    "data",
    [
        "имя,Пётр Иванов\n".encode("cp1251"),
        "jméno,Řehoř Žižka Čapek\n".encode("cp1250"),
        "名前,山田太郎\n".encode("shift_jis"),
        "nombre,José Núñez\n".encode() + b"\xc3",
        bytes(range(256)) * 8,
        b"\xff\xfe\x00",
    ],
)
def test_what_can_not_be_told_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownEncoding):
        decode(data)


def test_the_names_of_encodings_are_those_of_python() -> None:
    for encoding in LEGACY_ENCODINGS:
        assert codecs.lookup(encoding).name == encoding


@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_was_encoded_twice_is_read_as_it_was(name: str) -> None:
    text = f"nombre,correo\n{name},a@b.mx\n¿Qué?,x\n"
    twice = "".join(_as_windows(byte) for byte in text.encode()).encode()
    assert decode(twice) == (text, "utf-8")


def _as_windows(byte: int) -> str:
    return bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)


def test_letters_that_look_like_it_are_left() -> None:
    for text in ("JOÃO,SÃO PAULO\n", "Ã©l y Ñandú 名\n"):
        assert decode(text.encode())[0] == text
