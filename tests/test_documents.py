"""What the documents say exists: settings, dependencies, files, links and commands."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
DOCUMENTS = [ROOT / name for name in TRACKED if name.endswith(".md")]
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
FOLDERS = {str(folder) for name in TRACKED for folder in Path(name).parents}
FILE_NAMES = {Path(name).name for name in TRACKED}
TOP = {name for name in (*TRACKED, *FOLDERS) if "/" not in name}
SUFFIXES = {".css", ".html", ".in", ".js", ".md", ".py", ".sh", ".toml", ".txt", ".yaml"}
ANCHOR = re.compile(r"[^\w -]")

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def test_every_setting_of_the_environment_is_documented() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tramites_site" / "settings").glob("*.py")]
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", "\n".join(sources)))
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert read, "the settings are read in another way than this test knows"
    assert read - documented == set()


def test_every_dependency_says_what_it_is_for() -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for path in set(ROOT.glob("requirements*.in")) - {ROOT / "requirements-install.in"}:
        lines = path.read_text(encoding="utf-8").splitlines()
        packages = {
            re.split(r"[\[<>=]", line)[0] for line in lines if line and not line.startswith(("-", "#", "types-"))
        }
        assert {package for package in packages if f"`{package}" not in explained} == set()


@every_document
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for found in LINK.finditer(document.read_text(encoding="utf-8")):
        path, _, anchor = (found[1] or found[2]).partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        target = (document.parent / path).resolve() if path else document
        assert str(target.relative_to(ROOT)) in {*TRACKED, *FOLDERS}, found[0]
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {ANCHOR.sub("", heading.lower()).replace(" ", "-") for heading in headings}, found[0]


@every_document
def test_every_path_that_is_named_exists(document: Path) -> None:
    named = {code for code in CODE.findall(document.read_text(encoding="utf-8")) if _is_path(code)}
    missing = {code for code in named if not _exists(code, document)}
    assert missing == set()


def _is_path(code: str) -> bool:
    """Whether something in code type is meant as a file or folder of the repository."""
    if not re.fullmatch(r"\.?[\w.-]+(/[\w.-]+)*/?", code):
        return False
    return (code.partition("/")[0] in TOP and "/" in code) or Path(code).suffix in SUFFIXES


def _exists(code: str, document: Path) -> bool:
    beside = document.parent.relative_to(ROOT) / code
    return bool({code.rstrip("/"), str(beside)} & {*TRACKED, *FOLDERS}) or ("/" not in code and code in FILE_NAMES)


@every_document
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    codes = CODE.findall(document.read_text(encoding="utf-8"))
    named = {target[1] for code in codes if (target := re.match(r"make ([a-z-]+)", code))}
    assert named <= targets
