"""A language more needs its texts and a line of the settings: nothing of the code counts on there being two."""

import os
import subprocess
import sys
from pathlib import Path

CASES = ["tests/third_language.py", "tests/procedures/test_search.py", "tests/tramites_site/test_language.py"]


def test_the_central_cases_hold_with_more_languages() -> None:
    """In a process of their own, as the columns of a language are made when the models are imported."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DATABASE_", "CACHE_"))
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--ds=tests.settings_third_language", "-qq", "-p", "no:cacheprovider", *CASES],
        cwd=Path(__file__).parent.parent,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
