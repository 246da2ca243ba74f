"""Columns with the folded text that rows are searched by, and the conditions of a search."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, event, false, inspect, or_
from sqlalchemy.orm import Mapper
from sqlmodel import Field, SQLModel, col

from reviewer.core.text import fold


def search_column(*names: str) -> Any:
    """Returns a field with the folded text of the row's columns ``names``, for an attribute ``search_text``.

    Databases disagree on the case of accented letters and none ignores accents, so what is searched is folded
    once, when a row is written: inserts of any kind and changes of ORM objects fill the column. A bulk
    ``update()`` of one of ``names`` has to set it. Dumps of a row (``model_dump``) leave it out.
    """

    def fold_parameters(context: Any) -> str:
        parameters = context.get_current_parameters()
        return _folded(parameters.get(name) for name in names)

    return Field(
        default=None,
        exclude=True,
        nullable=False,
        sa_column_kwargs={"default": fold_parameters, "info": {"searched": names}},
    )


def has_stale_search_text(row: Any) -> bool:
    """Returns whether a row has a ``search_text`` that is not that of its columns."""
    names = _searched_names(inspect(type(row)))
    return bool(names) and row.search_text != _text_of(row, names)


def search_conditions(text: str, search_text: Any, *, folio: Any = None) -> list[ColumnElement[bool]]:
    """Returns the conditions under which a row has all words of ``text``, in any order.

    A word is sought in ``search_text``, a column of ``search_column``, and in the column ``folio`` if given,
    where only case is ignored. Words of punctuation are passed over; a text of nothing else matches no row.
    """
    words = [(word, phrase) for word in text.split() if (phrase := fold(word))]
    if text.strip() and not words:
        return [false()]
    return [
        or_(
            col(search_text).contains(phrase, autoescape=True),
            false() if folio is None else col(folio).icontains(word, autoescape=True),
        )
        for word, phrase in words
    ]


@event.listens_for(SQLModel, "before_update", propagate=True)
def _refresh_search_text(mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    names, attributes = _searched_names(mapper), inspect(row).attrs
    if any(attributes[name].history.has_changes() for name in names):
        row.search_text = _text_of(row, names)


def _text_of(row: Any, names: tuple[str, ...]) -> str:
    return _folded(getattr(row, name) for name in names)


def _searched_names(mapper: Mapper[Any]) -> tuple[str, ...]:
    column = mapper.columns.get("search_text")
    names: tuple[str, ...] = () if column is None else column.info["searched"]
    return names


def _folded(values: Iterable[str | None]) -> str:
    return fold(" ".join(value for value in values if value))
