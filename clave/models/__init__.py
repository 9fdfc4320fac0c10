from clave.health import GatewayHealth
from clave.models.states import Method, Operation, State
from clave.models.validation import CHECK_GRACE, Validation
from clave.switches import MethodSwitch

__all__ = ["CHECK_GRACE", "GatewayHealth", "Method", "MethodSwitch", "Operation", "State", "Validation"]
