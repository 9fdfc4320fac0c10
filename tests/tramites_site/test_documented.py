"""What the documents promise about settings and dependencies."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_setting_of_the_environment_is_documented() -> None:
    modules = (ROOT / "tramites_site" / "settings").glob("*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in modules)
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", source))
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert read, "the settings are read in another way than this test knows"
    assert read - documented == set()


def test_every_dependency_says_what_it_is_for() -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for name in ("requirements.in", "requirements-sandbox.in", "requirements-dev.in"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        packages = {
            re.split(r"[\[<>=]", line)[0] for line in lines if line and not line.startswith(("-", "#", "types-"))
        }
        assert {package for package in packages if f"`{package}" not in explained} == set()
