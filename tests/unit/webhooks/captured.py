"""What herald sends, byte for byte, captured before its events carried plain facts."""

BODIES = {
    "draft created": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.created","createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend","status":"DRAFT",'
                '"scheduledFor":null}}'
            ),
        },
    ],
    "created with a time": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.created","createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                '"status":"SCHEDULED","scheduledFor":"2026-06-16T08:30:00.000Z"}}'
            ),
        },
        {
            "voxburst": (
                '{"id":"evt_2","type":"post.scheduled","createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                '"status":"SCHEDULED","scheduledFor":"2026-06-16T08:30:00.000Z"}}'
            ),
        },
    ],
    "published at once": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.created","createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                '"status":"SCHEDULED","scheduledFor":"2026-06-15T14:00:05.999Z"}}'
            ),
        },
    ],
    "scheduled later": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.scheduled","createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                '"status":"SCHEDULED","scheduledFor":"2026-06-16T08:30:00.000Z"}}'
            ),
        },
    ],
    "all live": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.target.published",'
                '"createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"postId":"post_0mpc9k1s000000000000post","postPlatformId":"pp_1",'
                '"workspaceId":"ws_1","accountId":"acc_1","username":"brändname",'
                '"platform":"TWITTER","status":"PUBLISHED","platformPostId":"1799",'
                '"platformPostUrl":"https://x.com/a/1799",'
                '"publishedAt":"2026-06-15T14:00:05.999Z"}}'
            ),
            "postfuze": (
                '{"event":"post.target.published","timestamp":"2026-06-15T14:00:05.999Z",'
                '"data":{"orgId":"ws_1","postId":"post_0mpc9k1s000000000000post",'
                '"socialAccounts":[{"accountId":"acc_1","network":"x","username":"brändname",'
                '"platformPostId":"1799"}]}}'
            ),
        },
        {
            "voxburst": (
                '{"id":"evt_2","type":"post.published","createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                '"status":"PUBLISHED","publishedAt":"2026-06-15T14:00:05.999Z",'
                '"platforms":[{"platform":"TWITTER","status":"PUBLISHED",'
                '"platformPostId":"1799","platformPostUrl":"https://x.com/a/1799",'
                '"publishedAt":"2026-06-15T14:00:05.999Z"}]}}'
            ),
            "postfuze": (
                '{"event":"post.published","timestamp":"2026-06-15T14:00:05.999Z",'
                '"data":{"orgId":"ws_1","postId":"post_0mpc9k1s000000000000post",'
                '"socialAccounts":[{"accountId":"acc_1","network":"x","username":"brändname",'
                '"platformPostId":"1799"}]}}'
            ),
        },
    ],
    "one without a link": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.target.published",'
                '"createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"postId":"post_0mpc9k1s000000000000post","postPlatformId":"pp_2",'
                '"workspaceId":"ws_1","accountId":"acc_2","username":"brändname",'
                '"platform":"INSTAGRAM","status":"PUBLISHED","platformPostId":"17900",'
                '"publishedAt":"2026-06-15T14:00:05.999Z"}}'
            ),
            "postfuze": (
                '{"event":"post.target.published","timestamp":"2026-06-15T14:00:05.999Z",'
                '"data":{"orgId":"ws_1","postId":"post_0mpc9k1s000000000000post",'
                '"socialAccounts":[{"accountId":"acc_2","network":"instagram",'
                '"username":"brändname","platformPostId":"17900"}]}}'
            ),
        },
    ],
    "some live": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.target.failed",'
                '"createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"postId":"post_0mpc9k1s000000000000post","postPlatformId":"pp_3",'
                '"workspaceId":"ws_1","accountId":"acc_3","username":"brand.example",'
                '"platform":"LINKEDIN","status":"FAILED","error":{"code":"MEDIA_REJECTED",'
                '"message":"image must be \\"JPEG\\""}}}'
            ),
            "postfuze": (
                '{"event":"post.target.failed","timestamp":"2026-06-15T14:00:05.999Z",'
                '"data":{"orgId":"ws_1","postId":"post_0mpc9k1s000000000000post",'
                '"socialAccounts":[{"accountId":"acc_3","network":"linkedin",'
                '"username":"brand.example","error":"image must be \\"JPEG\\""}]}}'
            ),
        },
        {
            "voxburst": (
                '{"id":"evt_2","type":"post.published","createdAt":"2026-06-15T14:00:05.999Z",'
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
            "postfuze": (
                '{"event":"post.published","timestamp":"2026-06-15T14:00:05.999Z",'
                '"data":{"orgId":"ws_1","postId":"post_0mpc9k1s000000000000post",'
                '"socialAccounts":[{"accountId":"acc_1","network":"x","username":"brändname",'
                '"platformPostId":"1799"},{"accountId":"acc_2","network":"instagram",'
                '"username":"brändname","platformPostId":"17900"},{"accountId":"acc_3",'
                '"network":"linkedin","username":"brand.example",'
                '"error":"image must be \\"JPEG\\""},{"accountId":"acc_4","network":"mastodon",'
                '"username":"brand.example","error":"image must be \\"JPEG\\""}]}}'
            ),
        },
    ],
    "none live": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.target.failed",'
                '"createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"postId":"post_0mpc9k1s000000000000post","postPlatformId":"pp_4",'
                '"workspaceId":"ws_1","accountId":"acc_4","username":"brand.example",'
                '"platform":"MASTODON","status":"FAILED","error":{"code":"MEDIA_REJECTED",'
                '"message":"image must be \\"JPEG\\""},"liveParts":[{"platformPostId":"1",'
                '"platformPostUrl":"https://m.example/1"},{"platformPostId":"2"}]}}'
            ),
            "postfuze": (
                '{"event":"post.target.failed","timestamp":"2026-06-15T14:00:05.999Z",'
                '"data":{"orgId":"ws_1","postId":"post_0mpc9k1s000000000000post",'
                '"socialAccounts":[{"accountId":"acc_4","network":"mastodon",'
                '"username":"brand.example","error":"image must be \\"JPEG\\""}]}}'
            ),
        },
        {
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
            "postfuze": (
                '{"event":"post.error","timestamp":"2026-06-15T14:00:05.999Z",'
                '"data":{"orgId":"ws_1","postId":"post_0mpc9k1s000000000000post",'
                '"socialAccounts":[{"accountId":"acc_3","network":"linkedin",'
                '"username":"brand.example","error":"image must be \\"JPEG\\""},'
                '{"accountId":"acc_4","network":"mastodon","username":"brand.example",'
                '"error":"image must be \\"JPEG\\""}]}}'
            ),
        },
    ],
    "approved": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.draft.approved",'
                '"createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"postId":"post_0mpc9k1s000000000000post","approverId":"usr_2",'
                '"stepOrder":2,"comment":"Looks good, “approved”."}}'
            ),
        },
        {
            "voxburst": (
                '{"id":"evt_2","type":"post.scheduled","createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"id":"post_0mpc9k1s000000000000post","workspaceId":"ws_1",'
                '"content":"Grüße 🚀 \\"quoted\\" \\\\ </script> \u2028\\nend",'
                '"status":"SCHEDULED","scheduledFor":"2026-06-16T08:30:00.000Z"}}'
            ),
        },
    ],
    "approved without a word": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"post.draft.approved",'
                '"createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"postId":"post_0mpc9k1s000000000000post","approverId":"usr_1",'
                '"stepOrder":1,"comment":null}}'
            ),
        },
    ],
    "connected": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"account.connected",'
                '"createdAt":"2026-06-15T14:00:05.999Z","data":{"accountId":"acc_1",'
                '"workspaceId":"ws_1","platform":"TWITTER","username":"brändname"}}'
            ),
            "postfuze": (
                '{"event":"account.connected","timestamp":"2026-06-15T14:00:05.999Z",'
                '"data":{"orgId":"ws_1","accountId":"acc_1","network":"x",'
                '"username":"brändname"}}'
            ),
        },
    ],
    "disconnected": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"account.disconnected",'
                '"createdAt":"2026-06-15T14:00:05.999Z","data":{"accountId":"acc_1",'
                '"workspaceId":"ws_1","platform":"LINKEDIN","reason":"user_disconnected"}}'
            ),
            "postfuze": (
                '{"event":"account.disconnected","timestamp":"2026-06-15T14:00:05.999Z",'
                '"data":{"orgId":"ws_1","accountId":"acc_1","network":"linkedin",'
                '"username":"brändname"}}'
            ),
        },
    ],
    "broken": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"account.error","createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"accountId":"acc_1","workspaceId":"ws_1","platform":"TWITTER",'
                '"error":"The network refuses the account\'s credentials."}}'
            ),
        },
    ],
    "ready": [
        {
            "voxburst": (
                '{"id":"evt_1","type":"media.uploaded","createdAt":"2026-06-15T14:00:05.999Z",'
                '"data":{"mediaId":"media_1","filename":"grüße.jpg","contentType":"image/jpeg",'
                '"sizeBytes":204800}}'
            ),
        },
    ],
}
"""By the write that caused them: each of its events, in each format that has it."""
PROCESSED = (
    '{"id":"evt_1","type":"media.processed","createdAt":"2026-06-15T14:00:05.999Z",'
    '"data":{"mediaId":"media_1","filename":"grüße.jpg","contentType":"image/jpeg",'
    '"sizeBytes":204800}}'
)
"""A file that is ready, by the other name of its event."""
TEST = {
    "voxburst": (
        '{"id":"evt_1","type":"webhook.test","createdAt":"2026-06-15T14:00:05.999Z",'
        '"data":{"webhookId":"wh_1","workspaceId":"ws_1"}}'
    ),
    "postfuze": (
        '{"event":"webhook.test","timestamp":"2026-06-15T14:00:05.999Z","data":{"orgId":"ws_1","webhookId":"wh_1"}}'
    ),
}
"""A test of an endpoint."""
