"""Texts that people write: Liquid over a catalogue of variables, checked when saved.

Safety comes from having nothing to reach: a template sees plain values named in the catalogue,
a handful of tags and filters of our own, and limits on everything.
"""

from campaigns.rules.templates.catalogue import Catalogue, Kind, Variable
from campaigns.rules.templates.checking import Problem
from campaigns.rules.templates.rendering import (
    CompiledTemplate,
    Preparing,
    RenderFailed,
    TemplateRefused,
    check,
    compile_template,
)
from campaigns.rules.templates.values import Part

__all__ = [
    "Catalogue",
    "CompiledTemplate",
    "Kind",
    "Part",
    "Preparing",
    "Problem",
    "RenderFailed",
    "TemplateRefused",
    "Variable",
    "check",
    "compile_template",
]
