"""Called through IAM only: `{"name", "email"?, "plan"?}` makes a workspace and its first keys.

The clear text of the keys is in the answer alone.
"""

from typing import Any

from herald import runtime
from herald.api.edge.schema import validated
from herald.api.voxburst import workspaces as wire


def handler(event: dict[str, Any], _context: Any) -> dict[str, object]:
    body = validated(wire.Provision, event)
    return wire.provisioned(runtime.workspaces().provision(body.name, body.email, body.plan))
