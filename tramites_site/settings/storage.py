"""Database, cache, files, tasks and static files."""

from pathlib import Path

from tramites_site.settings.environment import BASE_DIR, DATA_DIR, LOCAL, env

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'tramites.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 2}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
LOCAL_CACHE_TABLE = "cache_entries"
CACHES = {  # limits on signing in are counted here: several web processes must share it
    "default": env.cache(
        "CACHE_URL", default=f"dbcache://{LOCAL_CACHE_TABLE}?max_entries=100000" if LOCAL else "locmemcache://"
    )
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "documents": {
        "BACKEND": env.str("DOCUMENTS_STORAGE", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("DOCUMENTS_STORAGE_OPTIONS", default={"location": str(DATA_DIR / "documents")}),
    },
    "staticfiles": {"BACKEND": "tramites_site.static_storage.StaticStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_MIMETYPES = {".speculationrules": "application/speculationrules+json", ".vtt": "text/vtt"}
WHITENOISE_MANIFEST_STRICT = False  # an error page must come even where the static files were not collected
