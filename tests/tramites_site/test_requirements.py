"""Production installs `requirements.txt` alone, so the portal may import nothing else."""

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PORTAL = [
    "tramites_site",
    "backoffice",
    "accesses",
    "procedures",
    "documents",
    "clave",
    "accounts",
    "guides",
    "foundation",
]
FILES = ("requirements.txt", "requirements-sandbox.txt", "requirements-dev.txt", "requirements-install.txt")
PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


def pins(file: str) -> dict[str, str]:
    """The version of each distribution in a requirements file."""
    return dict(PIN.findall((ROOT / file).read_text(encoding="utf-8")))


def imported(path: Path) -> set[str]:
    """The top-level modules that a file imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.fixture(scope="module")
def absent() -> set[str]:
    """The modules that are installed here, and not in production."""
    others = (pins(FILES[1]) | pins(FILES[2])).keys() - pins(FILES[0]).keys()
    found = {
        module
        for module, distributions in packages_distributions().items()
        if all(name.lower().replace("_", "-") in others for name in distributions)
    }
    assert {"reportlab", "pyhanko", "trustme", "pytest"} <= found, "the files are written in another way"
    return found


@pytest.mark.parametrize("package", PORTAL)
def test_the_portal_imports_nothing_that_production_does_not_install(package: str, absent: set[str]) -> None:
    guilty = {path.name: imported(path) & absent for path in (ROOT / package).rglob("*.py")}
    assert {name: modules for name, modules in guilty.items() if modules} == {}


@pytest.mark.parametrize("file", FILES)
def test_pins_name_no_place_that_packages_come_from(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--hash=sha256:" in text


def test_a_distribution_has_the_same_version_in_every_file() -> None:
    versions: dict[str, str] = {}
    for file in FILES[:3]:
        for name, version in pins(file).items():
            assert versions.setdefault(name, version) == version, name
