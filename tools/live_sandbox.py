"""A client of the sandbox's API, for tests, tools and benchmarks."""

from __future__ import annotations

from typing import Any, cast

import requests

REFUSAL: dict[str, Any] = {
    "status": 422,
    "headers": {"Content-Type": "application/problem+json"},
    "body_base64": "eyJkZXRhaWwiOiAiTGEgbWF0csOtY3VsYSBubyBjb25zdGEgZW4gZWwgUmVnaXN0cm8uIn0=",
}
"""Options of the fault *answer* that make a body refuse with a `detail` for the person."""


class LiveSandbox:
    """A running sandbox: SMS inboxes, Cl@ve PIN apps, faults and counted effects."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def people(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self.http.get(f"{self.url}/api/people", timeout=5).json())

    def person(self, **wanted: Any) -> dict[str, Any]:
        """Return the first person with these attributes."""
        return next(p for p in self.people() if all(p.get(name) == value for name, value in wanted.items()))

    def messages(self, document: str) -> list[dict[str, Any]]:
        answer = self.http.get(f"{self.url}/api/phones/{document}/messages", timeout=5)
        return cast(list[dict[str, Any]], answer.json())

    def app_pin(self, document: str) -> dict[str, str]:
        answer = self.http.post(f"{self.url}/api/phones/{document}/app-pin", timeout=5)
        return cast(dict[str, str], answer.json())

    def effects(self) -> dict[str, Any]:
        return cast(dict[str, Any], self.http.get(f"{self.url}/api/effects", timeout=5).json())

    def fail(self, target: str, fault: str, **options: Any) -> None:
        """Switch on one fault, and all others off."""
        faults = [{"target": target, "fault": fault, **options}]
        self.http.put(f"{self.url}/api/faults", json=faults, timeout=5).raise_for_status()

    def work(self) -> None:
        """Switch all faults off."""
        self.http.put(f"{self.url}/api/faults", json=[], timeout=5).raise_for_status()

    def reset(self) -> None:
        self.http.post(f"{self.url}/api/reset", timeout=5).raise_for_status()
