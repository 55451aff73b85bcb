"""The retry schedules, for tests that mean "until it fails for good" or "once its retry is due".

Only `tests/unit/domain/test_backoff.py` says which minutes these are.
"""

from datetime import timedelta

from herald.domain.backoff import POSTFUZE_MINUTES, PUBLISH_MINUTES, WEBHOOK_MINUTES

PUBLISH_DELAYS = [
    timedelta(minutes=minutes) for minutes in PUBLISH_MINUTES
]  # each a tenth more or less

WEBHOOK_DELAYS = [timedelta(minutes=minutes) for minutes in WEBHOOK_MINUTES]
WEBHOOK_ATTEMPTS = 1 + len(WEBHOOK_DELAYS)
FIRST_RETRY = WEBHOOK_DELAYS[0]  # of a delivery

POSTFUZE_DELAYS = [timedelta(minutes=minutes) for minutes in POSTFUZE_MINUTES]
POSTFUZE_ATTEMPTS = 1 + len(POSTFUZE_DELAYS)
