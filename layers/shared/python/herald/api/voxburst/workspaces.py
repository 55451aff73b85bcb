"""Workspaces and API keys on the wire. Source: the contract, sections 1 and 2."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from herald.actions.workspaces import CreatedKey, Provisioned
from herald.api.edge.response import Response, ok, to_json
from herald.api.edge.schema import ApproverId, Time, distinct, once_each, one_of
from herald.api.voxburst.models import Body
from herald.api.voxburst.paging import Paged
from herald.domain import api_keys, times
from herald.domain.api_keys import ApiKey, Plan, Quota
from herald.domain.owners import Mode
from herald.domain.workspaces import MAX_APPROVERS, MAX_STEPS, Step, Workspace

MAX_NAME, MAX_EMAIL = 200, 320


def address(value: str) -> str:
    """An e-mail address, as far as can be seen. Raises ValueError."""
    user, _, host = value.partition("@")
    if not user or not host or "@" in host or not value.isprintable() or " " in value:
        raise ValueError("must be an e-mail address")
    return value


Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Email = Annotated[str, Field(max_length=MAX_EMAIL), AfterValidator(address)]


class Provision(Body):
    """The payload of the provision function."""

    name: Name
    email: Email | None = None
    plan: Annotated[Plan, one_of(*Plan)] = Plan.PRO


class WorkflowStep(Body):
    order: Annotated[int, Field(ge=1)]
    """Steps are passed from the lowest to the highest. E.g. `1`."""
    role: Name
    """What the step is called. E.g. `legal`."""
    approver_ids: Annotated[
        list[ApproverId], Field(min_length=1, max_length=MAX_APPROVERS), AfterValidator(distinct)
    ]
    """Who may decide: your own names for people, or ids of API keys."""
    required: bool = True
    """Whether later steps must wait for this one."""

    def step(self) -> Step:
        return Step(
            order=self.order,
            role=self.role,
            approver_ids=tuple(self.approver_ids),
            required=self.required,
        )


def one_after_another(steps: list[WorkflowStep]) -> list[WorkflowStep]:
    """The steps in their order. Raises ValueError."""
    if len({each.order for each in steps}) != len(steps):
        raise ValueError("two steps have the same order")
    if not any(each.required for each in steps):
        raise ValueError("at least one step must be required")
    return sorted(steps, key=lambda each: each.order)


class Workflow(Body):
    steps: Annotated[
        list[WorkflowStep],
        Field(min_length=1, max_length=MAX_STEPS),
        AfterValidator(one_after_another),
    ]
    """Sorted by `order`; at least one is required."""


class ChangeWorkspace(Body):
    """Every field is optional; null takes the owner's address or the workflow away."""

    removable = frozenset({"ownerEmail", "approvalWorkflow"})

    name: Name | None = None
    """What it is called."""
    owner_email: Email | None = None
    """Who is told when webhooks fail; null for nobody. E.g. `you@example.com`."""
    workflow: Annotated[Workflow | None, Field(validation_alias="approvalWorkflow")] = None
    """What drafts must pass; null for nothing."""

    @model_validator(mode="before")
    @classmethod
    def the_plan_stays(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and "plan" in data:
            raise ValueError("plan is set by the operator, not over HTTP")
        return data

    def fields(self) -> dict[str, object]:
        """What changes, by the workspace's own names."""
        removable: dict[str, object] = {
            "owner_email": self.owner_email,
            "workflow": tuple(each.step() for each in self.steps),
        }
        changed = {
            name: value for name, value in removable.items() if name in self.model_fields_set
        }
        return changed | ({"name": self.name} if self.name else {})

    @property
    def steps(self) -> list[WorkflowStep]:
        return self.workflow.steps if self.workflow else []


class CreateKey(Body):
    name: Name
    """What it is called. E.g. `website`."""
    scopes: Annotated[
        list[Annotated[str, one_of(*api_keys.SCOPES)]],
        Field(min_length=1),
        AfterValidator(once_each),
    ]
    """What the key may do. E.g. `["posts:read","posts:write"]`."""
    mode: Annotated[Mode, one_of(*Mode)]
    """A test key sees test data alone, and publishes to the sandbox."""
    expires_at: Time | None = None
    """When it stops working; left out, never. E.g. `2027-01-01T00:00:00Z`."""


class ListKeys(Paged):
    pass


def provisioned(new: Provisioned) -> dict[str, object]:
    return {
        "workspaceId": new.workspace.id,
        "name": new.workspace.name,
        "key": new.live_key,
        "testKey": new.test_key,
    }


def workspace(found: Workspace, mode: Mode) -> dict[str, object]:
    """As it is in that mode, which has a workflow of its own."""
    workflow = found.workflow_in(mode)
    return {
        "id": found.id,
        "name": found.name,
        "ownerEmail": found.owner_email,
        "plan": found.plan,
        "approvalWorkflow": {"steps": [step(each) for each in workflow]} if workflow else None,
    }


def step(of: Step) -> dict[str, object]:
    return {
        "order": of.order,
        "role": of.role,
        "approverIds": of.approver_ids,
        "required": of.required,
    }


def me(key: ApiKey, quota: Quota, workspace_name: str) -> dict[str, object]:
    return {
        "workspaceId": key.owner.workspace_id,
        "workspaceName": workspace_name,
        "plan": key.plan,
        "mode": key.owner.mode,
        "keyId": key.id,
        "scopes": key.scopes,
        "rateLimit": {"limit": quota.limit, "remaining": quota.remaining, "reset": quota.reset},
    }


def view(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "mode": key.owner.mode,
        "scopes": key.scopes,
        "hint": key.hint,
        "createdAt": times.wire(key.created_at),
        "expiresAt": times.optional(key.expires_at),
    }


def created_key(added: CreatedKey) -> str:
    """The one time the clear key is shown; and as it is kept, with that sealed, for an idempotent replay."""
    key, clear = added
    return to_json({**view(key), "key": clear})


def key_page(keys: Sequence[ApiKey], query: ListKeys, secret: str) -> Response:
    after = query.after(secret)
    rest = [key for key in keys if after is None or key.id > after]
    shown = rest[: query.limit]
    return ok(
        query.answer(
            [view(key) for key in shown], shown[-1].id if len(rest) > len(shown) else None, secret
        )
    )
