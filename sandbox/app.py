"""Application object passed to every handler: state, the bodies' connector and the archive of issued documents."""

from sandbox.bodies.connector import Connector
from sandbox.paper.archive import Archive
from sandbox.tokens import PortalKeys
from sandbox.world import Settings, World


class App:
    """Dependencies of the handlers; create it inside the event loop that serves it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.archive = Archive()
        self.keys = PortalKeys(world.settings.portal_url)
        self.connector = Connector(world, self.keys, self.archive)

    @property
    def settings(self) -> Settings:
        return self.world.settings

    def close(self) -> None:
        """Shut down the worker threads without waiting for work in progress."""
        self.archive.threads.shutdown(wait=False, cancel_futures=True)
        self.keys.thread.shutdown(wait=False, cancel_futures=True)
