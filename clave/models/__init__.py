from clave.models.gateway_health import GatewayHealth
from clave.models.method_switch import MethodSwitch
from clave.models.states import Method, Operation, State
from clave.models.validation import CHECK_GRACE, Validation

__all__ = ["CHECK_GRACE", "GatewayHealth", "Method", "MethodSwitch", "Operation", "State", "Validation"]
