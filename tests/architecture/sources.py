"""The source files of the product, parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("core", "crm", "loyalty", "campaigns", "analytics")
PACKAGES = (*APPS, "config", "demo", "tests", "benchmarks")
DOORS = ("api", "views", "public", "admin", "tasks", "subscribers", "management")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).with_suffix("").parts

    @property
    def layer(self) -> str:
        """The first package below the app: api, services, models …"""
        return self.parts[1] if len(self.parts) > 1 else ""

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@cache
def sources(*packages: str) -> tuple[Source, ...]:
    """Every Python file of these packages (all by default), migrations left out."""
    return tuple(
        Source(str(path.relative_to(ROOT)), text := path.read_text(), ast.parse(text))
        for package in packages or PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts and "node_modules" not in path.parts
    )


@cache
def migrations() -> tuple[Source, ...]:
    return tuple(
        Source(str(path.relative_to(ROOT)), text := path.read_text(), ast.parse(text))
        for app in APPS
        for path in sorted((ROOT / app / "migrations").glob("*.py"))
    )


@cache
def templates() -> dict[str, str]:
    found = (ROOT / "templates").rglob("*")
    return {str(p.relative_to(ROOT)): p.read_text() for p in sorted(found) if p.is_file()}


def in_layers(*layers: str) -> list[Source]:
    return [source for source in sources(*APPS) if source.layer in layers]


def functions(source: Source) -> Iterator[Function]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(source: Source) -> Iterator[ast.Call]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield node


def called(call: ast.Call) -> str:
    """The last name of what is called: `a.b.c()` gives "c"."""
    target = call.func
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a chain of names; "" for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
