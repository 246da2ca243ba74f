"""A required reason and its limit."""

import pytest

from reviewer.core.errors import UserError
from reviewer.core.paths import ROOT
from reviewer.core.reasons import MAX_LENGTH, limit_reason, require_reason


def test_a_reason_is_returned_without_surrounding_whitespace_and_null_characters() -> None:
    assert require_reason("  Lo confirmó\npor teléfono.\0 ") == "Lo confirmó\npor teléfono."


@pytest.mark.parametrize("text", ["", " \n\t", "\0"])
def test_a_required_reason_may_not_be_empty_and_an_optional_one_may(text: str) -> None:
    assert limit_reason(text) == ""
    with pytest.raises(UserError, match=r"^Escriba el motivo\.$"):
        require_reason(text)
    with pytest.raises(UserError, match=r"^Escriba el motivo del cambio: queda en el acta\.$"):
        require_reason(text, "el motivo del cambio", use="queda en el acta")


def test_the_limit_is_the_same_for_both() -> None:
    assert require_reason(f" {'á' * MAX_LENGTH} ") == limit_reason("á" * MAX_LENGTH) == "á" * MAX_LENGTH
    for check in (require_reason, limit_reason):
        with pytest.raises(UserError, match=r"^Escriba qué se resolvió en 2,000 caracteres a lo más\.$"):
            check("á" * (MAX_LENGTH + 1), "qué se resolvió")


def test_the_form_of_the_screening_component_has_the_limit() -> None:
    markup = (ROOT / "reviewer/web/components/screening/markup.html").read_text(encoding="utf-8")
    assert f'id="reason" rows="2" maxlength="{MAX_LENGTH}"' in markup
