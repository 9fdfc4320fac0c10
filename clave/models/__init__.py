from clave.health import GatewayHealth
from clave.models.states import Method, Operation, State
from clave.models.validation import CHECK_GRACE, Validation

__all__ = ["CHECK_GRACE", "GatewayHealth", "Method", "Operation", "State", "Validation"]
