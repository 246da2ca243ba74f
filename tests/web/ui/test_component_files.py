"""How a component's JavaScript modules become the one text that Streamlit takes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from reviewer.core.paths import ROOT
from reviewer.web.ui.component_files import script

COMPONENTS = ROOT / "reviewer" / "web" / "components"
NAMES = sorted(path.parent.name for path in COMPONENTS.glob("*/index.js"))
MODULES = sorted(COMPONENTS.glob("*/*.js"))
ENTRY = "export default function mount() {}\n"


def put(folder: Path, **texts: str) -> Path:
    """Modules of a component ``box``."""
    (folder / "box").mkdir()
    for name, text in texts.items():
        (folder / "box" / f"{name}.js").write_text(text, encoding="utf-8")
    return folder


def run(text: str, then: str) -> str:
    """Returns what Node prints when ``text`` is loaded as ``component`` and ``then`` is run."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node")
    loading = f"const component = await import({'data:text/javascript,'!r} + encodeURIComponent({text!r}));"
    command = [node, "--input-type=module", "--eval", f"{loading}\n{then}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_each_module_comes_once_and_after_what_it_imports(tmp_path: Path) -> None:
    folder = put(
        tmp_path,
        index='import { a } from "./a.js";\nimport { b } from "./b.js";\n' + ENTRY,
        a='import { c } from "./c.js";\nexport const a = c;\n',
        b='import { c } from "./c.js";\nexport const b = c;\n',
        c="export const c = 3;\n",
    )
    text = script("box", folder)
    places = [text.index(f"// box/{name}.js\n") for name in ("c", "a", "b", "index")]
    assert places == sorted(places)
    assert text.count("export const c") == 0 and text.count("const c = 3;") == 1
    assert text == script.__wrapped__("box", folder)


def test_modules_see_only_what_they_import(tmp_path: Path) -> None:
    folder = put(
        tmp_path,
        index=(
            'import {\n  count,\n  Counter,\n} from "./counter.js";\nconst LIMIT = 1;\n'
            "export default function mount() {\n  count();\n"
            "  return [LIMIT, count(), new Counter().limit];\n}\n"
        ),
        counter=(
            "const LIMIT = 7;\nlet counted = 0;\n"
            "export function count() {\n  counted += 1;\n  return counted;\n}\n"
            "export class Counter {\n  limit = LIMIT;\n}\n"
            "export async function wait() {}\n"
        ),
    )
    assert run(script("box", folder), "console.log(component.default().join());") == "1,2,7"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (
            {"index": 'import { b } from "./a.js";\n' + ENTRY, "a": "export const a = 1;\n"},
            "does not export b",
        ),
        ({"index": 'import a from "./a.js";\n' + ENTRY, "a": ENTRY}, "form is not known: import a from"),
        ({"index": 'import * as a from "./a.js";\n' + ENTRY, "a": ENTRY}, "form is not known"),
        (
            {"index": 'import { a as b } from "./a.js";\n' + ENTRY, "a": "export const a = 1;\n"},
            "not export a as b",
        ),
        ({"index": ENTRY + "export { mount };\n"}, "form is not known: export { mount };"),
        ({"index": ENTRY + "export let a = 1;\n"}, "form is not known"),
        ({"index": ENTRY + "const a = await import('./a.js');\n"}, "form is not known: import('./a.js')"),
        ({"index": "export const a = 1;\n"}, "index.js has no default export"),
        (
            {
                "index": 'import { a } from "./a.js";\n' + ENTRY,
                "a": 'import { b } from "./b.js";\nexport const a = b;\n',
                "b": 'import { a } from "./a.js";\nexport const b = a;\n',
            },
            "box/a.js imports a module that imports it",
        ),
    ],
)
def test_what_would_be_joined_wrongly_is_refused(texts: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="box/") as refused:
        script("box", put(tmp_path, **texts))
    assert said in str(refused.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_component_is_one_script_that_exports_what_streamlit_calls(name: str) -> None:
    text = script(name)
    assert "\n" in text  # Streamlit takes a single line for a file's name
    assert [line for line in text.splitlines() if line.startswith(("import", "export"))] == [
        f"export default {name}$index.default;"
    ]
    assert run(text, "console.log(typeof component.default);") == "function"


def test_every_module_belongs_to_a_component_and_is_short() -> None:
    whole = "".join(script(name) for name in NAMES)
    for path in MODULES:
        assert f"// {path.relative_to(COMPONENTS).as_posix()}\n" in whole, f"{path} is imported by none"
        assert len(path.read_text(encoding="utf-8").splitlines()) < 400, path
