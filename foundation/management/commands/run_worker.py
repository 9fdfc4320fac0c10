import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules

from foundation.schedule import Scheduler
from foundation.worker import ThreadedWorker


class Command(BaseCommand):
    """Run the tasks of the queue, several at once, and queue those that are scheduled."""

    help = "Run background tasks, several at once, and queue the scheduled ones"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=settings.WORKER_THREADS, help="Tasks at once")
        parser.add_argument("--interval", type=float, default=0.1, help="Seconds between looks at an empty queue")
        parser.add_argument("--batch", action="store_true", help="Stop when the queue is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = ThreadedWorker(threads=options["threads"], interval=options["interval"], batch=options["batch"])
        worker.configure_signals()
        if options["batch"]:
            worker.run()
            return
        autodiscover_modules("tasks")  # where tasks are scheduled
        scheduler = Scheduler()
        scheduler.start()
        worker.run()
        os._exit(0)  # a task that hangs must not keep a worker that was told to stop
