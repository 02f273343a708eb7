"""Importing files: register, check, load. Other apps and doors use the names below."""

from crm.services.importing.asking import ask, cancel
from crm.services.importing.pipeline import check, load
from crm.services.importing.registering import register_file, remap
from crm.services.importing.retention import let_go

__all__ = ["ask", "cancel", "check", "let_go", "load", "register_file", "remap"]
