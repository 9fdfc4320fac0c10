import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from foundation.worker import ThreadedWorker


class Command(BaseCommand):
    """Run the tasks of the queue, several at once."""

    help = "Run background tasks, several at once"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=settings.WORKER_THREADS, help="Tasks at once")
        parser.add_argument("--interval", type=float, default=0.1, help="Seconds between looks at an empty queue")
        parser.add_argument("--batch", action="store_true", help="Stop when the queue is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = ThreadedWorker(threads=options["threads"], interval=options["interval"], batch=options["batch"])
        worker.configure_signals()
        worker.run()
        if not options["batch"]:
            os._exit(0)  # a task that hangs must not keep a worker that was told to stop
