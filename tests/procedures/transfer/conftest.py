from tests.procedures.transfer.fixture_files import folder

__all__ = ["folder"]
