"""`make run`: checks the ports, makes the secrets, prepares the data, then runs every process until told to stop."""

import os
import sys
import time
from pathlib import Path

from tools.launcher import local_secrets
from tools.launcher.addresses import Addresses
from tools.launcher.supervisor import Ended, Supervisor
from tramites_site.preparation import is_prepared

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Run until stopped; return 0 when that was asked for, 1 when something could not start or ended by itself."""
    os.chdir(ROOT)
    supervisor = Supervisor(Path(mark) if (mark := os.environ.pop("RUN_MARK", "")) else None)
    try:
        addresses = Addresses.from_environment()
        addresses.check_free()
        with supervisor:  # not before: another run on these ports has the same mark
            _run(supervisor, addresses)
    except Ended as reason:
        print(reason)
    except OSError as error:
        print(f"DATA_DIR cannot be used: {error.strerror} ({error.filename}).")
    return 0 if supervisor.asked else 1


def _run(supervisor: Supervisor, addresses: Addresses) -> None:
    """Start and watch everything until `Ended` is raised; the worker starts after the portal, so as not to delay it."""
    data = local_secrets.data_dir()
    secrets = local_secrets.ensure(data)
    os.environ |= addresses.environment(data) | {"PYTHONUNBUFFERED": "1"}
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ["CLAVE_TOKEN"] = os.environ.get("CLAVE_TOKEN") or secrets["CLAVE_TOKEN"]  # the sandbox reads no file
    authority = _use_certificate(addresses.host, data) if addresses.tls else None
    if not is_prepared(ROOT, data):
        supervisor.start("prepare", "python manage.py prepare")
        while supervisor.commands["prepare"].poll() is None:
            supervisor.wait(0.1)
        if supervisor.commands.pop("prepare").returncode:
            raise Ended("The portal could not be made ready; the lines above say why.")
    lines = [line for name in ("Procfile", "Procfile.local") for line in Path(name).read_text("utf-8").splitlines()]
    commands = dict(line.split(": ", 1) for line in lines)
    for name in ("web", "sandbox"):
        supervisor.start(name, commands.pop(name))
    deadline = time.monotonic() + 60  # a start that takes longer is remarked on
    while not (alive := addresses.answers(authority)) and time.monotonic() < deadline:
        supervisor.watch(0.05)
    for name, command in commands.items():
        supervisor.start(name, command)
    late = f"The portal does not answer yet at {addresses.portal}/; the lines above may say why."
    print(addresses.greeting(secrets, authority) if alive else late, flush=True)
    while True:
        supervisor.watch()


def _use_certificate(host: str, data: Path) -> Path:
    """Have granian serve HTTPS (which browsers are not told to insist on), and return the authority that has signed."""
    from tools.launcher import certificate  # the cryptographic library, which most starts do without

    files = certificate.ensure(data, certificate.names_of_this_machine(host))
    os.environ |= {"GRANIAN_SSL_CERTIFICATE": str(files.certificate), "GRANIAN_SSL_KEYFILE": str(files.key)}
    os.environ |= {"HTTPS": "on", "SECURE_HSTS_SECONDS": "0", "GRANIAN_SSL_PROTOCOL_MIN": "tls1.2"}
    os.environ["PORTAL_AUTHORITY"] = str(files.authority)  # the sandbox asks the portal for its keys
    return files.authority


if __name__ == "__main__":
    sys.exit(main())
