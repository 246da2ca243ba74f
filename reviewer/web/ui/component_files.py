"""Files of the components: HTML, CSS, and ES modules joined into the one text that Streamlit takes.

Streamlit loads a component's script from a blob, from which a relative ``import`` leads nowhere. The modules
are therefore joined when they are read, without a build step: each becomes a function that runs once, after
those that it imports, and returns what it exports. The browser requests no further file.

The accepted syntax can be read line by line: ``import { a, b } from "./x.js";``, and ``export`` before a
``const``, ``function`` or ``class``. A component begins with ``index.js``, which has an
``export default function name``.
"""

import re
from functools import cache
from pathlib import Path

COMPONENTS = Path(__file__).parents[1] / "components"
_IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "(\.{1,2}/[\w./]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (default )?(?=(?:const|class|(?:async )?function) (\w+))", re.MULTILINE)
_UNKNOWN = re.compile(r"^\s*(?:import|export)\b.*|\bimport\s*\(.*", re.MULTILINE)


def source(name: str) -> str:
    """Returns the text of a file below ``components/``.

    The text has several lines, because Streamlit takes a single line for the name of a file.
    """
    text = (COMPONENTS / name).read_text(encoding="utf-8")
    return text if "\n" in text.strip() else f"\n{text}\n"


@cache
def script(component: str, folder: Path = COMPONENTS) -> str:
    """Returns a component's ``index.js`` joined with everything that it imports, each module once.

    Raises ``ValueError`` for any other form of import or export, a cycle, a name that is not exported, or an
    ``index.js`` without a default export.
    """
    joined = _Joined(folder.resolve())
    first = joined.folder / component / "index.js"
    joined.add(first)
    if "default" not in joined.exports[first]:
        raise ValueError(f"{joined.where(first)} has no default export")
    return "\n".join([*joined.parts, f"export default {joined.name(first)}.default;\n"])


class _Joined:
    """``parts`` holds the modules as functions, in the order in which they must run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts: list[str] = []
        self.exports: dict[Path, set[str]] = {}
        self.begun: set[Path] = set()

    def add(self, path: Path) -> None:
        if path in self.exports:
            return
        if path in self.begun:
            raise ValueError(f"{self.where(path)} imports a module that imports it")
        self.begun.add(path)
        text = path.read_text(encoding="utf-8")
        exported = {"default" if default else name: name for default, name in _EXPORT.findall(text)}
        body = _EXPORT.sub("", _IMPORT.sub(lambda match: self.imported(path, match), text))
        if unknown := _UNKNOWN.search(body):
            raise ValueError(f"{self.where(path)}: this form is not known: {unknown.group().strip()}")
        returned = ", ".join(f"{outer}: {inner}" for outer, inner in exported.items())
        opening = f"// {self.where(path)}\nconst {self.name(path)} = (() => {{"
        self.parts.append(f"{opening}\n{body}return {{ {returned} }};\n}})();\n")
        self.exports[path] = set(exported)

    def imported(self, path: Path, match: re.Match[str]) -> str:
        """Returns the replacement of an ``import``, after adding the module that it names."""
        source = (path.parent / match[2]).resolve()
        self.add(source)
        names = {name.strip() for name in match[1].split(",")} - {""}
        if missing := names - self.exports[source]:
            raise ValueError(f"{self.where(source)} does not export {', '.join(sorted(missing))}")
        return f"const {{{match[1]}}} = {self.name(source)};"

    def where(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def name(self, path: Path) -> str:
        """Returns a variable name that no module uses: ``rubric$outbox`` of ``rubric/outbox.js``."""
        return "$".join(path.relative_to(self.folder).with_suffix("").parts)
