"""The shape of the code: no circles of files, modules that can be imported alone, models only in `models`."""

import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from tests.import_alone import PACKAGES, ROOT, modules


def packages_of(module: str) -> Iterator[str]:
    while module := module.rpartition(".")[0]:
        yield module


def import_graph() -> dict[str, set[str]]:
    """Return which modules each module imports: in functions too, but not for type checking alone.

    Whoever imports a module from outside its package imports the package first.
    """
    found = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    graph: dict[str, set[str]] = {}
    for module in found.modules:
        within = {module, *packages_of(module)}
        imported = found.find_modules_directly_imported_by(module)
        graph[module] = imported | {package for name in imported for package in packages_of(name)} - within
    return graph


def test_no_files_import_each_other_in_a_circle() -> None:
    graph = import_graph()
    assert len(graph) >= len(modules())
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" is imported by ".join(error.args[1]))


@pytest.mark.timeout(300)
def test_every_module_can_be_imported_alone_and_only_models_hold_models() -> None:
    command = [sys.executable, "-m", "tests.import_alone"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-5000:]
    assert f"{len(modules())} modules" in result.stdout
