"""The programme of a workspace."""

from core.models import Workspace
from core.scoping import Scope, workspace_id_of
from loyalty.errors import NoProgram
from loyalty.models import Program


def find(tenant: "Scope | Workspace | int") -> Program | None:
    """The workspace's programme with its workspace, or None."""
    rows = Program.objects.within(workspace_id_of(tenant)).select_related("workspace")
    found: Program | None = rows.first()
    return found


def program_of(tenant: "Scope | Workspace | int") -> Program:
    """The workspace's programme with its workspace; NoProgram when there is none."""
    program = find(tenant)
    if program is None:
        raise NoProgram
    return program
