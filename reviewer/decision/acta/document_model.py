"""The parts of a formal document, the same for PDF and DOCX. Texts are plain, without markup."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Heading:
    """A section title. In PDF it moves to the next page where less than ``min_space`` cm are left."""

    text: str
    min_space: float = 4.5


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``small`` for notes."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Code:
    """Characters to compare one by one, such as a fingerprint."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows under a header, which is repeated on each page; ``widths`` are shares of the text width.

    ``align`` has a letter per column (l, r or c). ``caption`` stays with the first rows.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    align: str = ""
    caption: str = ""

    def alignment(self, column: int) -> Literal["l", "r", "c"]:
        """Returns the alignment of a column, left by default."""
        letter = self.align[column : column + 1]
        return "r" if letter == "r" else "c" if letter == "c" else "l"


@dataclass(frozen=True)
class Signatures:
    """A signature line for each (name, capacity)."""

    people: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Code | Table | Signatures


@dataclass(frozen=True)
class Document:
    """A document: issuers, title, blocks and page footer.

    ``is_draft`` marks every page as not binding.
    """

    issuers: tuple[str, ...]
    kind: str
    title: str
    blocks: tuple[Block, ...]
    footer: str
    is_draft: bool = False
