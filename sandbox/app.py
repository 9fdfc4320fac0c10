"""Everything that handlers work with: the state, the bodies' connector, the documents issued."""

from sandbox.bodies.connector import Connector
from sandbox.paper.archive import Archive
from sandbox.tokens import PortalKeys
from sandbox.world import Settings, World


class App:
    """Made inside the event loop that serves it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.archive = Archive()
        self.keys = PortalKeys(world.settings.portal_url)
        self.connector = Connector(world, self.keys, self.archive)

    @property
    def settings(self) -> Settings:
        return self.world.settings

    def close(self) -> None:
        """Let the threads go without waiting for what they still do."""
        self.archive.threads.shutdown(wait=False, cancel_futures=True)
        self.keys.thread.shutdown(wait=False, cancel_futures=True)
