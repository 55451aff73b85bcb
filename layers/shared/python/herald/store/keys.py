"""Every key pattern of the table, and which index finds what.

| item             | pk                      | sk              | also                              |
|------------------|-------------------------|-----------------|-----------------------------------|
| workspace        | WS#<ws>                 | WS              |                                   |
| API key, listed  | WS#<ws>                 | KEY#<key id>    |                                   |
| API key, used    | KEY#<sha256>            | KEY             | window and hits of its rate limit |
| caller unknown   | IP#<address>            | <minute>        | hits; expires                     |
| account          | OWNER#<ws>#<mode>       | ACC#<acc id>    |                                   |
| its credentials  | OWNER#<ws>#<mode>       | SECRET#<acc id> | sealed                            |
| its identity     | OWNER#<ws>#<mode>       | REMOTE#<sha256> | of network and remote id: the     |
|                  |                         |                 | account's id                      |
| consent asked    | AUTH#<sha256 of state>  | AUTH            | sealed; expires                   |
| herald's app at  | OWNER#<ws>#<mode>       | APP#<sha256>    | of network, server and redirect   |
| a server         |                         |                 | address; sealed                   |
| media            | OWNER#<ws>#<mode>       | MEDIA#<id>      | due: MEDIA#<shard>, until it has  |
|                  |                         |                 | been processed; PENDING expires   |
| post that names  | MEDIA#<media id>        | POST#<post id>  | of many; the first few stand in   |
| a file           |                         |                 | the media's row                   |
| endpoint         | OWNER#<ws>#<mode>       | WH#<wh id>      | its signing secrets, sealed; due: |
|                  |                         |                 | STATS#<shard>, while there are    |
|                  |                         |                 | deliveries to be counted          |
| post's words     | POST#<post id>          | WORDS           |                                   |
| post's state     | POST#<post id>          | STATE           | lists: POSTS#<owner>, unless      |
|                  |                         |                 | archived;                         |
|                  |                         |                 | statuses: <owner>#<status>;       |
|                  |                         |                 | due: POST#<shard>;                |
|                  |                         |                 | agenda: <owner>, while it has a   |
|                  |                         |                 | time                              |
| answer kept      | ONCE#<owner>#<sha256>   | ONCE            | expires                           |
| event            | OWNER#<ws>#<mode>       | EVT#<evt id>    | due: EVENT#<shard>, with what it  |
|                  |                         |                 | owes; expires                     |
| delivery         | WH#<wh id>              | DEL#<del id>    | due: DELIVERY#<shard>, while it   |
|                  |                         |                 | waits; expires                    |
| redelivery       | WH#<wh id>              | AGAIN#<evt id>… | one more of an event; names the   |
|                  |                         |                 | delivery; expires                 |
| replay           | WH#<wh id>              | REPLAY#<rpl id> | due: REPLAY#<shard>, until it has |
|                  |                         |                 | ended                             |
| notice sent      | WH#<wh id>              | NOTICE#<step>#… | one per step of a streak; expires |
| an hour's stats  | WH#<wh id>              | STATS#<hour>    | a tally for each of its minutes;  |
|                  |                         |                 | expires                           |
| a minute's touch | WH#<wh id>              | TOUCH#<minute>… | its tally may be wrong; and in    |
|                  |                         |                 | which minute that was said;       |
|                  |                         |                 | expires                           |
| post at a        | LIVE#<platform>#        | POST#<its id>   | whose it is, where posts are      |
| network          | <account's remote id>   |                 | searched by their looks; expires  |
| sandbox post     | SANDBOX#<acc id>        | <pp id>:<rev>#… | one per call of commit; expires   |
| sweep's cursor   | SWEEP                   | CURSOR          |                                   |

The index `lists` finds an owner's posts by id, and so by age. `statuses` finds the posts in one
status, and says of each post where it goes. `agenda` finds the posts that have a time by that time.
It says of each post where it goes, and its outlook: its status, unless it is on its way.
`due` finds whatever owes work by the time of its next work.

Shards keep a busy minute from queueing at one partition. 16 of them take 16,000 entries a second
that are due in the same minute.
"""

import hashlib

from herald.domain.owners import Owner

KeyPair = tuple[str, str]

LISTS, STATUSES, AGENDA, DUE = "lists", "statuses", "agenda", "due"
SHARDS = {"POST": 16, "DELIVERY": 16, "EVENT": 4, "MEDIA": 4, "REPLAY": 1, "STATS": 1}


def workspace(workspace_id: str) -> KeyPair:
    return f"WS#{workspace_id}", "WS"


def listed_key(workspace_id: str, key_id: str) -> KeyPair:
    return f"WS#{workspace_id}", f"KEY#{key_id}"


def api_key(digest: str) -> KeyPair:
    return f"KEY#{digest}", "KEY"


def caller(address: str, minute: int) -> KeyPair:
    return f"IP#{address}", str(minute)


def owned(owner: Owner, kind: str, identifier: str) -> KeyPair:
    """Return the key of an item in its owner's partition.

    `kind` is ACC, SECRET, REMOTE, APP, MEDIA, WH or EVT.
    """
    return f"OWNER#{owner}", f"{kind}#{identifier}"


def identity(owner: Owner, platform: str, remote_id: str) -> KeyPair:
    """Return the key of an account's identity, hashed. A network's ids may be longer than a key."""
    digest = hashlib.sha256(f"{platform}#{remote_id}".encode()).hexdigest()
    return owned(owner, "REMOTE", digest)


def authorization(state: str) -> KeyPair:
    return f"AUTH#{hashlib.sha256(state.encode()).hexdigest()}", "AUTH"


def app(owner: Owner, platform: str, server: str, redirect_uri: str) -> KeyPair:
    """Return the key of the app that herald registered at a server for that redirect address."""
    digest = hashlib.sha256("\0".join((platform, server, redirect_uri)).encode()).hexdigest()
    return owned(owner, "APP", digest)


def words(post_id: str) -> KeyPair:
    return f"POST#{post_id}", "WORDS"


def state(post_id: str) -> KeyPair:
    return f"POST#{post_id}", "STATE"


def media_reference(media_id: str, post_id: str) -> KeyPair:
    return f"MEDIA#{media_id}", f"POST#{post_id}"


def posts_of(owner: Owner) -> str:
    return f"POSTS#{owner}"


def posts_in(owner: Owner, status: str) -> str:
    return f"{owner}#{status}"


def once(owner: Owner, key: str) -> KeyPair:
    return f"ONCE#{owner}#{hashlib.sha256(key.encode()).hexdigest()}", "ONCE"


def delivery(endpoint_id: str, delivery_id: str) -> KeyPair:
    return f"WH#{endpoint_id}", f"DEL#{delivery_id}"


def redelivery(endpoint_id: str, event_id: str, delivery_id: str) -> KeyPair:
    return f"WH#{endpoint_id}", f"AGAIN#{event_id}#{delivery_id}"


def replay(endpoint_id: str, replay_id: str) -> KeyPair:
    return f"WH#{endpoint_id}", f"REPLAY#{replay_id}"


def hour(endpoint_id: str, at: str) -> KeyPair:
    return f"WH#{endpoint_id}", f"STATS#{at}"


def touch(endpoint_id: str, name: str = "") -> KeyPair:
    """Return the key of a touch. Without a name it is where the endpoint's touches begin."""
    return f"WH#{endpoint_id}", f"TOUCH#{name}"


def notice(endpoint_id: str, step: str, mark: str) -> KeyPair:
    return f"WH#{endpoint_id}", f"NOTICE#{step}#{mark}"


def sandbox(account_id: str) -> str:
    return f"SANDBOX#{account_id}"


def live(platform: str, remote_account: str, remote_post: str) -> KeyPair:
    """Return the key of a post at a network. It is the same for every owner of the account."""
    return f"LIVE#{platform}#{remote_account}", f"POST#{remote_post}"


CURSOR: KeyPair = ("SWEEP", "CURSOR")


def shard(kind: str, identifier: str) -> str:
    """Return the due shard of an item. `kind` is one of SHARDS."""
    digest = hashlib.sha256(identifier.encode()).digest()
    number = int.from_bytes(digest[:4]) % SHARDS[kind]
    return f"{kind}#{number:02d}"


def shards(kind: str) -> list[str]:
    return [f"{kind}#{number:02d}" for number in range(SHARDS[kind])]
