"""API keys: shape, scopes, windows."""

from datetime import UTC, datetime

import pytest

from herald.domain import api_keys
from herald.domain.api_keys import ApiKey, Plan
from herald.domain.errors import ForbiddenError
from herald.domain.owners import Mode, Owner

NOW = datetime(2026, 6, 15, 14, 0, 59, 999000, tzinfo=UTC)


def key(*scopes: str) -> ApiKey:
    return ApiKey(
        id="key_1",
        owner=Owner("ws_1", Mode.LIVE),
        name="k",
        scopes=scopes,
        plan=Plan.PRO,
        digest="d",
        hint="h",
        created_at=NOW,
    )


@pytest.mark.parametrize("mode", list(Mode))
def test_a_generated_key_is_recognised_in_a_header(mode: Mode) -> None:
    clear = api_keys.generate(mode)

    assert clear.startswith(f"vb_{mode}_")
    assert (
        api_keys.from_header(f"Bearer {clear}")
        == api_keys.from_header(f"bearer  {clear} ")
        == api_keys.digest(clear)
    )
    assert str(clear) not in repr(clear)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "vb_live_" + "a" * 40,
        "Bearer vb_live_",
        "Bearer vb_dev_" + "a" * 40,
    ],
)
def test_anything_else_is_no_key(header: str | None) -> None:
    assert api_keys.from_header(header) is None


def test_write_implies_read_and_nothing_else() -> None:
    key("posts:write").allow("posts:read")

    for scope in ("accounts:read", "media:write"):
        with pytest.raises(ForbiddenError) as raised:
            key("posts:write", "media:read").allow(scope)
        assert raised.value.details == {"required_scope": scope}


def test_a_window_is_the_minute() -> None:
    assert api_keys.window(NOW) == int(datetime(2026, 6, 15, 14, 0, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("plan", [Plan.FREE, Plan.STARTER])
def test_a_plan_without_webhooks_is_told_which_feature_it_lacks(plan: Plan) -> None:
    with pytest.raises(ForbiddenError) as refused:
        api_keys.check_integrations(plan)

    assert refused.value.details == {"required_feature": "custom_integrations"}
