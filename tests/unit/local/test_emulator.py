"""local/emulator.py: what the emulator, and so every function, sees of this machine."""

from pathlib import Path

from local.emulator import environment


def test_functions_see_as_little_of_this_machine_as_possible() -> None:
    ours = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "HTTP_PROXY": "http://proxy",
        "HOME": "/home/me",
        "SECRET": "x",
    }

    seen = environment(ours, Path("/data"), 4566)

    assert seen["PATH"] == "/bin"
    assert seen["HOME"] == "/data/tmp"
    assert not {"AWS_PROFILE", "HTTP_PROXY", "SECRET"} & seen.keys()


def test_the_emulator_enforces_policies_and_listens_to_this_machine_only() -> None:
    seen = environment({}, Path("/data"), 4566)

    assert (seen["AUTH"], seen["BIND_HOST"], seen["GATEWAY_PORT"]) == ("true", "127.0.0.1", "4566")
