"""Where the settings come from, and what this process is."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
if (DATA_DIR / "local.env").is_file():
    env.read_env(DATA_DIR / "local.env")

DEBUG = env.bool("DEBUG", default=False)
LOCAL = env.bool("LOCAL", default=False)
HTTPS = env.bool("HTTPS", default=True)
