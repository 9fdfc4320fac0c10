from guides.models.citizen_questions import SENT_WITHIN, CitizenQuestion, NoReference
from guides.models.public_questions import PublicQuestion

__all__ = ["SENT_WITHIN", "CitizenQuestion", "NoReference", "PublicQuestion"]
