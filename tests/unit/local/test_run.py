"""local/run.py: what a person is told first."""

import shlex

from local.run import greeting

KEYS = {"key": "vb_live_abc", "testKey": "vb_test_def"}


def test_the_ready_line_comes_first_then_the_test_key_and_what_to_paste() -> None:
    ready, test, paste, mail = greeting("http://127.0.0.1:3000", KEYS, "http://127.0.0.1:4566/mail")

    assert ready == "ready: http://127.0.0.1:3000 key: vb_live_abc"
    assert test.startswith("test key: vb_test_def ")
    assert shlex.split(paste) == ["export", "HERALD=http://127.0.0.1:3000", "KEY=vb_test_def"]
    assert mail == "mail: http://127.0.0.1:4566/mail"
