"""A component's JavaScript: its ES modules joined into the one text that Streamlit takes.

Streamlit is given a script as text and loads it from a blob, from which a relative ``import`` leads nowhere.
So the modules are joined here, as they are read, without a build step: each becomes a function that runs
once, after those that it imports, and returns what it exports. The browser asks for no further file.

Of the syntax of modules there is what can be told by line: ``import { a, b } from "./x.js";``, and ``export``
before a ``const``, ``function`` or ``class``. A component begins with ``index.js``, which has an
``export default function name``. Any other form is refused.
"""

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "(\.{1,2}/[\w./]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (default )?(?=(?:const|class|(?:async )?function) (\w+))", re.MULTILINE)
_UNKNOWN = re.compile(r"^\s*(?:import|export)\b.*|\bimport\s*\(.*", re.MULTILINE)


@cache
def script(component: str, folder: Path = _HERE) -> str:
    """The text of the component's ``index.js`` and of all that it imports, each module once."""
    joined = _Joined(folder.resolve())
    first = joined.folder / component / "index.js"
    joined.add(first)
    if "default" not in joined.exports[first]:
        raise ValueError(f"{joined.where(first)} has no default export")
    return "\n".join([*joined.parts, f"export default {joined.name(first)}.default;\n"])


class _Joined:
    """``parts``: the modules as functions, in the order in which they have to run."""

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
        body = _EXPORT.sub("", _IMPORT.sub(lambda found: self.imported(path, found), text))
        if unknown := _UNKNOWN.search(body):
            raise ValueError(f"{self.where(path)}: this form is not known: {unknown.group().strip()}")
        returned = ", ".join(f"{outer}: {inner}" for outer, inner in exported.items())
        opening = f"// {self.where(path)}\nconst {self.name(path)} = (() => {{"
        self.parts.append(f"{opening}\n{body}return {{ {returned} }};\n}})();\n")
        self.exports[path] = set(exported)

    def imported(self, path: Path, found: re.Match[str]) -> str:
        """What stands in the place of an ``import``; the module that it names is added first."""
        source = (path.parent / found[2]).resolve()
        self.add(source)
        names = {name.strip() for name in found[1].split(",")} - {""}
        if missing := names - self.exports[source]:
            raise ValueError(f"{self.where(source)} does not export {', '.join(sorted(missing))}")
        return f"const {{{found[1]}}} = {self.name(source)};"

    def where(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def name(self, path: Path) -> str:
        """A variable's name that no module uses: ``rubric$outbox`` of ``rubric/outbox.js``."""
        return "$".join(path.relative_to(self.folder).with_suffix("").parts)
