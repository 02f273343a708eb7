"""Who may write, who may ask the clock, who may see every tenant, and how services are called."""

import ast
import re

import pytest
from importlinter.cli import lint_imports

from tests.architecture.sources import (
    APPS,
    DOORS,
    Source,
    called,
    calls,
    dotted,
    functions,
    in_layers,
    migrations,
    sources,
)  # fmt: skip

WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create", "add_to_class",
}  # fmt: skip
WRITING_SQL = re.compile(r"^\s*(INSERT INTO|UPDATE \w|DELETE FROM|TRUNCATE|COPY )", re.MULTILINE)
CLOCKS = {
    "timezone.now", "datetime.now", "datetime.utcnow", "date.today", "datetime.today", "clock.now",
    "datetime.datetime.now", "datetime.date.today",
}  # fmt: skip
# Callbacks whose caller passes positionally: the first parameter is one of these.
CALLED_BACK_WITH = {"Job", "Event", "Progress"}


def writes_in(source: Source) -> list[str]:
    services = services_of(source)
    by_call = [
        f"{source.at(call)} .{called(call)}()"
        for call in calls(source)
        if _is_write(call) and dotted(call.func).partition(".")[0] not in services
    ]
    strings = [n for n in ast.walk(source.tree) if isinstance(n, ast.Constant)]
    by_sql = [source.at(n) for n in strings if WRITING_SQL.search(str(n.value))]
    return by_call + by_sql


def services_of(source: Source) -> set[str]:
    """Names of service modules: `drafting.create(scope=…)` calls one and writes nothing itself."""
    imports = [node for node in ast.walk(source.tree) if isinstance(node, ast.ImportFrom)]
    found = [node for node in imports if ".services" in (node.module or "")]
    return {alias.asname or alias.name for node in found for alias in node.names}


def _is_write(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in WRITES


def parsed(text: str) -> Source:
    return Source("crm/views/example.py", text, ast.parse(text))


def test_doors_never_write() -> None:
    found = [write for source in in_layers(*DOORS) for write in writes_in(source)]

    assert found == []


def test_selectors_never_write() -> None:
    found = [write for source in in_layers("selectors") for write in writes_in(source)]

    assert found == []


@pytest.mark.parametrize("line", ["form.save()", "X.objects.create(a=1)", 's = "UPDATE crm_x"'])
def test_a_write_in_a_door_would_be_found(line: str) -> None:
    assert writes_in(parsed(line))


def test_a_call_of_a_service_is_no_write_of_the_door() -> None:
    text = "from campaigns.services import drafting\ndrafting.create(scope=1)"

    assert writes_in(parsed(text)) == []


def positional(source: Source) -> list[str]:
    """Public functions that write, and may be called without naming their arguments."""
    public = [
        node
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    return [f"{source.at(n)} {n.name}" for n in public if _is_positional(n)]


def _is_positional(node: ast.FunctionDef) -> bool:
    given = [*node.args.posonlyargs, *node.args.args]
    kinds = {ast.unparse(a.annotation).strip("'\"") for a in given if a.annotation}
    return bool(given) and not kinds & CALLED_BACK_WITH and _acts(node)


def _acts(node: ast.FunctionDef) -> bool:
    """It opens a transaction or writes by itself."""
    inside = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
    return "atomic" in ast.unparse(node) or any(_is_write(call) for call in inside)


def test_services_that_write_take_keyword_arguments_only() -> None:
    found = [name for source in in_layers("services") for name in positional(source)]

    assert found == []


def test_a_positional_service_would_be_found() -> None:
    assert positional(parsed("def launch(campaign): campaign.delete()")) == [
        "crm/views/example.py:1 launch"
    ]


def clocks_in(source: Source) -> list[str]:
    return [source.at(c) for c in calls(source) if dotted(c.func) in CLOCKS]


def test_domain_code_is_told_the_time() -> None:
    layers = ("services", "selectors", "rules", "models", "channels")

    assert [at for source in in_layers(*layers) for at in clocks_in(source)] == []


def test_asking_the_clock_would_be_found() -> None:
    assert clocks_in(parsed("at = timezone.now()")) == ["crm/views/example.py:1"]


# Who may see every tenant's rows, and why. Services write rows of the scope they were given and
# read engine-wide queues; everyone else is listed.
MAY_SAY_UNSCOPED = {
    "core/web.py": "looks a membership up to make a scope",
    "core/ui/context.py": "lists the workspaces of a signed-in person",
    "core/ui/gallery.py": "finds a workspace of a staff member to draw the frame of",
    "core/scoping.py": "defines it",
    "core/views/entrance.py": "finds the first workspace of a signed-in person",
    "campaigns/selectors/runs.py": "a subquery tied to a campaign that is scoped already",
    "campaigns/selectors/tracked.py": "a signed link comes without a scope",
    "loyalty/selectors/statements.py": "adds to rows that are scoped already",
}
UNSCOPED_LAYERS = {"services", "admin", "management", "models"}


def test_only_the_listed_see_every_tenant() -> None:
    say = {
        source.path
        for source in sources(*APPS)
        if re.search(r"\bunscoped\b", source.text) and source.layer not in UNSCOPED_LAYERS
    }

    assert say - set(MAY_SAY_UNSCOPED) == set()


def test_the_list_of_who_sees_every_tenant_has_no_leftovers() -> None:
    paths = {source.path: source.text for source in sources(*APPS)}

    assert [p for p in MAY_SAY_UNSCOPED if "unscoped" not in paths.get(p, "")] == []


def test_entries_of_the_books_are_made_in_one_package() -> None:
    making = re.compile(r"INSERT INTO loyalty_entry|\bEntry\.(unscoped|objects)\.\w*create")
    found = {s.path for s in sources(*APPS) if making.search(s.text)}

    assert [path for path in found if not path.startswith("loyalty/services/")] == []
    assert found


def test_migrations_import_no_app_code() -> None:
    imported = [
        f"{source.at(node)} {name}"
        for source in migrations()
        for node in ast.walk(source.tree)
        for name in _imports(node)
        if name.partition(".")[0] in {*APPS, "config", "tests"}
    ]

    assert [name for name in imported if "core.scoping" not in name] == []


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_no_model_overrides_save_or_delete() -> None:
    found = [
        f"{source.at(node)} {node.name}"
        for source in in_layers("models")
        for node in functions(source)
        if node.name in {"save", "delete"}
    ]

    assert found == []


def test_no_signals_and_no_generic_foreign_keys() -> None:
    words = re.compile(r"GenericForeignKey\(|@receiver\(|\b(post|pre)_(save|delete)\b")

    assert [s.path for s in sources(*APPS) if words.search(s.text)] == []


def test_imports_go_one_way() -> None:
    assert lint_imports(no_cache=True) == 0
