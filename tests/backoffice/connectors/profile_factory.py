from typing import Any

from accesses.models import ConnectorProfile
from procedures.models import ProcedureVersion

SECRET = "s3cr3t-of-the-body-%&"


def a_profile(version: ProcedureVersion, **fields: Any) -> ConnectorProfile:
    profile = ConnectorProfile(entity=version.procedure.entity, credential_header="X-Api-Key", **fields)
    profile.set_credential(SECRET)
    profile.save()
    return profile
