"""The parts a formal document is made of, the same for PDF and DOCX. All texts are plain, never markup."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Heading:
    """A section's title; on paper it goes to the next page where less than ``min_space`` cm are left."""

    text: str
    min_space: float = 4.5


@dataclass(frozen=True)
class Paragraph:
    """Running text; ``small`` for notes."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Code:
    """Letters to be compared one by one, such as a fingerprint."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows under a head that is repeated on each page; ``widths`` are shares of the text's width.

    ``caption`` stays with its first rows.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    align: str = ""
    caption: str = ""

    def alignment(self, column: int) -> Literal["l", "r", "c"]:
        """Returns where a column's text stands: a letter of ``align`` each, left where it says nothing."""
        letter = self.align[column : column + 1]
        return "r" if letter == "r" else "c" if letter == "c" else "l"


@dataclass(frozen=True)
class Signatures:
    """A line to sign on for each (name, capacity)."""

    people: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Code | Table | Signatures


@dataclass(frozen=True)
class Document:
    """A document: who issues it, its title, its blocks, what runs at the foot of each page.

    ``is_draft`` marks every page as not binding.
    """

    issuers: tuple[str, ...]
    kind: str
    title: str
    blocks: tuple[Block, ...]
    footer: str
    is_draft: bool = False
