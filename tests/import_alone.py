"""`python -m tests.import_alone`: import each module of the project before any other, and look for misplaced models.

One process loads the settings, Django and all third parties, then forks a child for each module: a module fails that
can only be imported after another one. Models are allowed in modules and packages named `models` only.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import traceback
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import django
from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib import admin
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
PORTAL = (
    *("tramites_site", "backoffice", "accesses", "procedures", "documents", "clave", "accounts"),
    *("guides", "foundation"),
)
PACKAGES = (*PORTAL, "sandbox", "tools", "bench")
CHILDREN = 2


def modules() -> list[str]:
    """Return the names of the project's modules, tests and migrations excepted."""
    paths = [path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in paths
        if "migrations" not in path.parts
    ]


def main() -> int:
    """Import every module, report each failure as `--- name` and how it failed; return 0 without any."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    warnings.simplefilter("ignore")  # those of third parties
    names = modules()
    late = [name for name in names if name.startswith("backoffice.") or name.endswith((".translation", ".wsgi"))]
    third_parties = _third_parties(names)
    _make_apps_ready()
    for name in third_parties:
        with suppress(ImportError):  # some cannot be imported alone
            importlib.import_module(name)
    gc.disable()  # the children are short-lived, and share the memory of this process
    failures = _import_each(sorted(set(names) - set(late)))
    admin.autodiscover = lambda: None
    apps.app_configs.clear()
    apps.apps_ready = False
    django.setup()  # which itself imports the late ones only after all models
    failures += _import_each(late)
    for name in names:
        _import(name)
    for model in misplaced_models():
        sys.stderr.write(f"--- {model} is a model outside models\n")
        failures += 1
    sys.stdout.write(f"{len(names)} modules, {failures} failures\n")
    return int(failures > 0)


def _third_parties(names: Iterable[str]) -> list[str]:
    """Return what all modules together import of others, as a child finds out."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        django.setup()
        for name in names:
            importlib.import_module(name)
        others = (
            name for name, module in sys.modules.items() if not _is_own(name) and getattr(module, "__spec__", None)
        )
        os.write(writer, "\n".join(name for name in others if not name.endswith(".admin")).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        return pipe.read().split()


def _make_apps_ready() -> None:
    """Do the first step of Django's setup, after which models can be imported in any order."""
    for entry in settings.INSTALLED_APPS:
        config = AppConfig.create(entry)
        apps.app_configs[config.label] = config
        config.apps = apps
    apps.apps_ready = True


def _is_own(name: str) -> bool:
    return name.partition(".")[0] in {*PACKAGES, "tests"}


def misplaced_models() -> list[str]:
    return [
        f"{model.__module__}.{model.__qualname__}"
        for model in _subclasses(models.Model)
        if _is_own(model.__module__) and "models" not in model.__module__.split(".")
    ]


def _subclasses(base: type[models.Model]) -> Iterator[type[models.Model]]:
    for subclass in base.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _import_each(names: Iterable[str]) -> int:
    """Import each module in a child process of its own, a few at a time; return how many failed."""
    failures, running = 0, 0
    for name in names:
        if running == CHILDREN:
            failures, running = failures + (os.wait()[1] != 0), running - 1
        if os.fork() == 0:
            os._exit(_import(name))
        running += 1
    return failures + sum(os.wait()[1] != 0 for _child in range(running))


def _import(name: str) -> int:
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001  whatever it is, it is reported
        os.write(sys.stderr.fileno(), f"--- {name}\n{traceback.format_exc()}".encode())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
