from backoffice.models.imports import ImportRow, ImportRun, ImportState

__all__ = ["ImportRow", "ImportRun", "ImportState"]
