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
    """Return an e-mail address, checked by its form only. Raises ValueError."""
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
    """The place of the step. Steps are passed from the lowest to the highest. E.g. `1`."""
    role: Name
    """The name of the step. E.g. `legal`."""
    approver_ids: Annotated[
        list[ApproverId], Field(min_length=1, max_length=MAX_APPROVERS), AfterValidator(distinct)
    ]
    """The approvers: your own names for people, or ids of API keys."""
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
    """Return the steps in their order. Raises ValueError."""
    if len({step.order for step in steps}) != len(steps):
        raise ValueError("two steps have the same order")
    if not any(step.required for step in steps):
        raise ValueError("at least one step must be required")
    return sorted(steps, key=lambda step: step.order)


class Workflow(Body):
    steps: Annotated[
        list[WorkflowStep],
        Field(min_length=1, max_length=MAX_STEPS),
        AfterValidator(one_after_another),
    ]
    """The steps, sorted by `order`. At least one is required."""


class ChangeWorkspace(Body):
    """Every field is optional. Null removes the owner's address or the workflow."""

    removable = frozenset({"ownerEmail", "approvalWorkflow"})

    name: Name | None = None
    """The name of the workspace."""
    owner_email: Email | None = None
    """The address that gets a message when webhooks fail. Null removes the address. E.g.
    `you@example.com`."""
    workflow: Annotated[Workflow | None, Field(validation_alias="approvalWorkflow")] = None
    """The steps that drafts must pass. Null removes the workflow."""

    @model_validator(mode="before")
    @classmethod
    def the_plan_stays(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and "plan" in data:
            raise ValueError("plan is set by the operator, not over HTTP")
        return data

    def fields(self) -> dict[str, object]:
        """Return the changes by the workspace's own names."""
        changes: dict[str, object] = {}
        if "owner_email" in self.model_fields_set:
            changes["owner_email"] = self.owner_email
        if "workflow" in self.model_fields_set:
            changes["workflow"] = tuple(step.step() for step in self.steps)
        if self.name:
            changes["name"] = self.name
        return changes

    @property
    def steps(self) -> list[WorkflowStep]:
        return self.workflow.steps if self.workflow else []


class CreateKey(Body):
    name: Name
    """The name of the key. E.g. `website`."""
    scopes: Annotated[
        list[Annotated[str, one_of(*api_keys.SCOPES)]],
        Field(min_length=1),
        AfterValidator(once_each),
    ]
    """The scopes of the key. E.g. `["posts:read","posts:write"]`."""
    mode: Annotated[Mode, one_of(*Mode)]
    """The mode of the key. A test key sees test data only, and publishes to the sandbox."""
    expires_at: Time | None = None
    """The time at which the key stops working. Without this field, the key never expires. E.g.
    `2027-01-01T00:00:00Z`."""


class ListKeys(Paged):
    pass


def provisioned(new: Provisioned) -> dict[str, object]:
    return {
        "workspaceId": new.workspace.id,
        "name": new.workspace.name,
        "key": new.live_key,
        "testKey": new.test_key,
    }


def workspace(shown: Workspace, mode: Mode) -> dict[str, object]:
    """Return the workspace as it is in that mode. Each mode has its own workflow."""
    steps = [step_view(step) for step in shown.workflow_in(mode)]
    return {
        "id": shown.id,
        "name": shown.name,
        "ownerEmail": shown.owner_email,
        "plan": shown.plan,
        "approvalWorkflow": {"steps": steps} if steps else None,
    }


def step_view(step: Step) -> dict[str, object]:
    return {
        "order": step.order,
        "role": step.role,
        "approverIds": step.approver_ids,
        "required": step.required,
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
    """Render a new key with its clear key, which is shown only this once.

    An idempotent replay keeps this text, with the clear key sealed.
    """
    key, clear = added
    return to_json({**view(key), "key": clear})


def key_page(keys: Sequence[ApiKey], query: ListKeys, secret: str) -> Response:
    after = query.after(secret)
    rest = [key for key in keys if after is None or key.id > after]
    shown = rest[: query.limit]
    last = shown[-1].id if len(rest) > len(shown) else None
    return ok(query.answer([view(key) for key in shown], last, secret))
