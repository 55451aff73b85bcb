"""What the former version wrote, letter for letter: events on their items, and rows of the log."""

TEXTS = {
    "draft created": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
        '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend","status":"DRAFT",'
        '"scheduledFor":null},"events":[["evt_1","post.created"]]}]'
    ),
    "created with a time": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
        '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend","status":"SCHEDULED",'
        '"scheduledFor":"2026-06-16T08:30:00.000Z"},"events":[["evt_1","post.created"],'
        '["evt_2","post.scheduled"]]}]'
    ),
    "published at once": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
        '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend","status":"SCHEDULED",'
        '"scheduledFor":"2026-06-15T14:00:05.999Z"},"events":[["evt_1","post.created"]]}]'
    ),
    "scheduled later": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
        '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend","status":"SCHEDULED",'
        '"scheduledFor":"2026-06-16T08:30:00.000Z"},"events":[["evt_1","post.scheduled"]]}]'
    ),
    "all live": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z","data":{"target":"pp_1"},'
        '"events":[["evt_1","post.target.published"]]},{"owner":"ws_1#live",'
        '"createdAt":"2026-06-15T14:00:05.999Z","data":{"id":"post_0mpc9k1s000000000000post",'
        '"workspaceId":"ws_1","content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
        '"status":"PUBLISHED","publishedAt":"2026-06-15T14:00:05.999Z"},"events":[["evt_2",'
        '"post.published"]]}]'
    ),
    "one without a link": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z","data":{"target":"pp_2"},'
        '"events":[["evt_1","post.target.published"]]}]'
    ),
    "some live": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z","data":{"target":"pp_3"},'
        '"events":[["evt_1","post.target.failed"]]},{"owner":"ws_1#live",'
        '"createdAt":"2026-06-15T14:00:05.999Z","data":{"id":"post_0mpc9k1s000000000000post",'
        '"workspaceId":"ws_1","content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
        '"status":"PARTIAL","publishedAt":"2026-06-15T14:00:05.999Z"},"events":[["evt_2",'
        '"post.published"]]}]'
    ),
    "none live": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z","data":{"target":"pp_4"},'
        '"events":[["evt_1","post.target.failed"]]},{"owner":"ws_1#live",'
        '"createdAt":"2026-06-15T14:00:05.999Z","data":{"id":"post_0mpc9k1s000000000000post",'
        '"workspaceId":"ws_1","content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
        '"status":"FAILED","publishedAt":"2026-06-15T14:00:05.999Z"},"events":[["evt_2",'
        '"post.failed"]]}]'
    ),
    "approved": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"postId":"post_0mpc9k1s000000000000post","approverId":"usr_2","stepOrder":2,'
        '"comment":"Looks good, “approved”."},"events":[["evt_1","post.draft.approved"]]},'
        '{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
        '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend","status":"SCHEDULED",'
        '"scheduledFor":"2026-06-16T08:30:00.000Z"},"events":[["evt_2","post.scheduled"]]}]'
    ),
    "approved without a word": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"postId":"post_0mpc9k1s000000000000post","approverId":"usr_1","stepOrder":1,'
        '"comment":null},"events":[["evt_1","post.draft.approved"]]}]'
    ),
    "connected": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"accountId":"acc_1","workspaceId":"ws_1","platform":"TWITTER",'
        '"username":"brändname"},"events":[["evt_1","account.connected"]]}]'
    ),
    "disconnected": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"accountId":"acc_1","workspaceId":"ws_1","platform":"LINKEDIN",'
        '"reason":"user_disconnected"},"events":[["evt_1","account.disconnected"]],'
        '"accounts":[["acc_1","brändname"]]}]'
    ),
    "broken": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"accountId":"acc_1","workspaceId":"ws_1","platform":"TWITTER",'
        '"error":"The network refuses the account\'s credentials."},"events":[["evt_1",'
        '"account.error"]]}]'
    ),
    "ready": (
        '[{"owner":"ws_1#live","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"mediaId":"media_1","filename":"grüße.jpg","contentType":"image/jpeg",'
        '"sizeBytes":204800},"events":[["evt_1","media.uploaded"]]}]'
    ),
}
"""The attribute `events` of an item, by the write that caused them."""
ROWS = {
    "draft created": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.created",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.created",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                    '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                    '"status":"DRAFT","scheduledFor":null}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
    "created with a time": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.created",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.created",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                    '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                    '"status":"SCHEDULED","scheduledFor":"2026-06-16T08:30:00.000Z"}}'
                ),
            },
            "expires_at": 1784124005,
        },
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_2",
            "owner": "ws_1#live",
            "type": "post.scheduled",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_2","type":"post.scheduled",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                    '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                    '"status":"SCHEDULED","scheduledFor":"2026-06-16T08:30:00.000Z"}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
    "published at once": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.created",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.created",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                    '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                    '"status":"SCHEDULED","scheduledFor":"2026-06-15T14:00:05.999Z"}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
    "scheduled later": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.scheduled",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.scheduled",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                    '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                    '"status":"SCHEDULED","scheduledFor":"2026-06-16T08:30:00.000Z"}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
    "all live": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.target.published",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.target.published",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"postId":"post_0mpc9k1s000000000000post","postPlatformId":"pp_1",'
                    '"workspaceId":"ws_1","accountId":"acc_1","username":"brändname",'
                    '"platform":"TWITTER","status":"PUBLISHED","platformPostId":"1799",'
                    '"platformPostUrl":"https://x.com/a/1799",'
                    '"publishedAt":"2026-06-15T14:00:05.999Z"}}'
                ),
            },
            "expires_at": 1784124005,
        },
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_2",
            "owner": "ws_1#live",
            "type": "post.published",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_2","type":"post.published",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                    '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                    '"status":"PUBLISHED","publishedAt":"2026-06-15T14:00:05.999Z",'
                    '"platforms":[{"platform":"TWITTER","status":"PUBLISHED",'
                    '"platformPostId":"1799","platformPostUrl":"https://x.com/a/1799",'
                    '"publishedAt":"2026-06-15T14:00:05.999Z"}]}}'
                ),
            },
            "accounts": [["acc_1", "brändname"]],
            "expires_at": 1784124005,
        },
    ],
    "one without a link": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.target.published",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.target.published",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"postId":"post_0mpc9k1s000000000000post","postPlatformId":"pp_2",'
                    '"workspaceId":"ws_1","accountId":"acc_2","username":"brändname",'
                    '"platform":"INSTAGRAM","status":"PUBLISHED","platformPostId":"17900",'
                    '"publishedAt":"2026-06-15T14:00:05.999Z"}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
    "some live": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.target.failed",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.target.failed",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"postId":"post_0mpc9k1s000000000000post","postPlatformId":"pp_3",'
                    '"workspaceId":"ws_1","accountId":"acc_3","username":"brand.example",'
                    '"platform":"LINKEDIN","status":"FAILED","error":{"code":"MEDIA_REJECTED",'
                    '"message":"image must be \\"JPEG\\""}}}'
                ),
            },
            "expires_at": 1784124005,
        },
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_2",
            "owner": "ws_1#live",
            "type": "post.published",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_2","type":"post.published",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                    '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                    '"status":"PARTIAL","publishedAt":"2026-06-15T14:00:05.999Z",'
                    '"platforms":[{"platform":"TWITTER","status":"PUBLISHED",'
                    '"platformPostId":"1799","platformPostUrl":"https://x.com/a/1799",'
                    '"publishedAt":"2026-06-15T14:00:05.999Z"},{"platform":"INSTAGRAM",'
                    '"status":"PUBLISHED","platformPostId":"17900",'
                    '"publishedAt":"2026-06-15T14:00:05.999Z"},{"platform":"LINKEDIN",'
                    '"status":"FAILED","error":{"code":"MEDIA_REJECTED",'
                    '"message":"image must be \\"JPEG\\""}},{"platform":"MASTODON",'
                    '"status":"FAILED","error":{"code":"MEDIA_REJECTED",'
                    '"message":"image must be \\"JPEG\\""},"liveParts":[{"platformPostId":"1",'
                    '"platformPostUrl":"https://m.example/1"},{"platformPostId":"2"}]}]}}'
                ),
            },
            "accounts": [
                ["acc_1", "brändname"],
                ["acc_2", "brändname"],
                ["acc_3", "brand.example"],
                ["acc_4", "brand.example"],
            ],
            "expires_at": 1784124005,
        },
    ],
    "none live": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.target.failed",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.target.failed",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"postId":"post_0mpc9k1s000000000000post","postPlatformId":"pp_4",'
                    '"workspaceId":"ws_1","accountId":"acc_4","username":"brand.example",'
                    '"platform":"MASTODON","status":"FAILED","error":{"code":"MEDIA_REJECTED",'
                    '"message":"image must be \\"JPEG\\""},"liveParts":[{"platformPostId":"1",'
                    '"platformPostUrl":"https://m.example/1"},{"platformPostId":"2"}]}}'
                ),
            },
            "expires_at": 1784124005,
        },
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_2",
            "owner": "ws_1#live",
            "type": "post.failed",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_2","type":"post.failed","createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                    '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                    '"status":"FAILED","publishedAt":"2026-06-15T14:00:05.999Z",'
                    '"platforms":[{"platform":"LINKEDIN","status":"FAILED",'
                    '"error":{"code":"MEDIA_REJECTED","message":"image must be \\"JPEG\\""}},'
                    '{"platform":"MASTODON","status":"FAILED","error":{"code":"MEDIA_REJECTED",'
                    '"message":"image must be \\"JPEG\\""},"liveParts":[{"platformPostId":"1",'
                    '"platformPostUrl":"https://m.example/1"},{"platformPostId":"2"}]}]}}'
                ),
            },
            "accounts": [["acc_3", "brand.example"], ["acc_4", "brand.example"]],
            "expires_at": 1784124005,
        },
    ],
    "approved": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.draft.approved",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.draft.approved",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"postId":"post_0mpc9k1s000000000000post","approverId":"usr_2",'
                    '"stepOrder":2,"comment":"Looks good, “approved”."}}'
                ),
            },
            "expires_at": 1784124005,
        },
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_2",
            "owner": "ws_1#live",
            "type": "post.scheduled",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_2","type":"post.scheduled",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                    '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                    '"status":"SCHEDULED","scheduledFor":"2026-06-16T08:30:00.000Z"}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
    "approved without a word": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "post.draft.approved",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"post.draft.approved",'
                    '"createdAt":"2026-06-15T14:00:05.999Z",'
                    '"data":{"postId":"post_0mpc9k1s000000000000post","approverId":"usr_1",'
                    '"stepOrder":1,"comment":null}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
    "connected": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "account.connected",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"account.connected",'
                    '"createdAt":"2026-06-15T14:00:05.999Z","data":{"accountId":"acc_1",'
                    '"workspaceId":"ws_1","platform":"TWITTER","username":"brändname"}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
    "disconnected": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "account.disconnected",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"account.disconnected",'
                    '"createdAt":"2026-06-15T14:00:05.999Z","data":{"accountId":"acc_1",'
                    '"workspaceId":"ws_1","platform":"LINKEDIN","reason":"user_disconnected"}}'
                ),
            },
            "accounts": [["acc_1", "brändname"]],
            "expires_at": 1784124005,
        },
    ],
    "broken": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "account.error",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"account.error",'
                    '"createdAt":"2026-06-15T14:00:05.999Z","data":{"accountId":"acc_1",'
                    '"workspaceId":"ws_1","platform":"TWITTER",'
                    '"error":"The network refuses the account\'s credentials."}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
    "ready": [
        {
            "pk": "OWNER#ws_1#live",
            "sk": "EVT#evt_1",
            "owner": "ws_1#live",
            "type": "media.uploaded",
            "created_at": "2026-06-15T14:00:05.999Z",
            "bodies": {
                "voxburst": (
                    '{"id":"evt_1","type":"media.uploaded",'
                    '"createdAt":"2026-06-15T14:00:05.999Z","data":{"mediaId":"media_1",'
                    '"filename":"grüße.jpg","contentType":"image/jpeg","sizeBytes":204800}}'
                ),
            },
            "expires_at": 1784124005,
        },
    ],
}
"""The rows of the log, by the write that caused them: nobody had asked for another format."""
