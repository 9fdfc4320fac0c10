"""Catalogue of every procedure: kind, required data, assurance level, duration and the builder of its answer."""

from sandbox.bodies import aeat, catastro, dgt, educacion, ine, inss, justicia, sepe, tgss
from sandbox.bodies.procedure import Procedure

__all__ = ["ENTITY_NAMES", "PROCEDURES", "Procedure"]

ENTITY_NAMES = {
    "aeat": "Agencia Estatal de Administración Tributaria",
    "tgss": "Tesorería General de la Seguridad Social",
    "inss": "Instituto Nacional de la Seguridad Social",
    "sepe": "Servicio Público de Empleo Estatal",
    "dgt": "Dirección General de Tráfico",
    "catastro": "Dirección General del Catastro",
    "justicia": "Ministerio de Justicia",
    "educacion": "Ministerio de Educación",
    "ine": "Instituto Nacional de Estadística",
}

PROCEDURES: dict[str, Procedure] = {
    procedure.code: procedure
    for body in (aeat, tgss, inss, sepe, dgt, catastro, justicia, educacion, ine)
    for procedure in body.PROCEDURES
}
