"""The process that plays a film: what it may do, and how it dies."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from herald.domain.media import ContentType
from herald.media import films as films_seen
from herald.media.reader import DiedError, Reader
from tests import films

PLAYER = (
    "import sys; sys.path[:] = sys.argv[1:]; from herald.media import player; player.bind(); {does}"
)


def bound(does: str) -> str:
    """What comes of it in a player that has its bounds."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PLAYER.format(does=does), *sys.path],
        capture_output=True,
        text=True,
        check=False,
    )
    return (
        done.stderr.strip().rpartition("\n")[2]
        if done.returncode == 1
        else f"ended with {done.returncode}"
    )


@pytest.mark.parametrize(
    ("does", "error"),
    [
        ("open('/etc/hostname')", "OSError: [Errno 24] Too many open files: '/etc/hostname'"),
        (
            "player.av.open('/etc/hostname')",
            "av.error.OSError: [Errno 24] Too many open files: '/etc/hostname'",
        ),
        (
            "player.av.open('http://127.0.0.1:9/')",
            "av.error.OSError: [Errno 24] Too many open files: 'http://127.0.0.1:9/'",
        ),
        ("import os; os.pipe()", "OSError: [Errno 24] Too many open files"),
        ("bytes(2 << 30)", "MemoryError"),
    ],
)
def test_a_player_opens_nothing_and_stays_within_its_memory(does: str, error: str) -> None:
    assert bound(does) == error


def test_a_player_has_so_many_seconds_of_a_processor() -> None:
    hurried = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"

    assert bound(hurried.replace("; resource.set", "\nresource.set")) in {
        f"ended with {-signal.SIGXCPU}",
        f"ended with {-signal.SIGKILL}",
    }


def test_a_film_that_takes_too_long_is_stopped() -> None:
    content = films.content("mp4 h264 large")
    waited = threading.Event()

    def fetch(at: int, count: int) -> bytes:
        waited.wait(0.4)
        return content[at : at + count]

    reader = Reader(fetch, len(content))
    with pytest.raises(DiedError):
        films_seen.look(reader, ContentType.MP4, patience=0.1)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_player_that_dies_takes_nobody_with_it(number: signal.Signals) -> None:
    """It is killed when it asks for more of the film, as a fault in native code would."""
    content = films.content("mp4 h264 large")
    with pytest.raises(DiedError, match=str(-number)):
        films_seen.look(Reader(dying(content, number), len(content)), ContentType.MP4)


def test_a_player_that_dies_before_a_few_bytes_reach_it_is_dead_all_the_same() -> None:
    """They stay in the pipe's buffer, and closing it fails too."""
    content = films.content("mp4 h264 large")

    class Short(Reader):
        def read(self, at: int, count: int) -> bytes:
            for player in films.players():
                os.kill(player, signal.SIGKILL)
                os.waitid(os.P_PID, player, os.WEXITED | os.WNOWAIT)
            return super().read(at, min(count, 20))

    with pytest.raises(DiedError, match="-9"):
        films_seen.look(
            Short(lambda at, count: content[at : at + count], len(content)), ContentType.MP4
        )


def dying(content: bytes, number: signal.Signals) -> Callable[[int, int], bytes]:
    """Reads the film; whoever of our children asks is sent that signal."""

    def fetch(at: int, count: int) -> bytes:
        for child in films.players():
            os.kill(child, number)
        return content[at : at + count]

    return fetch
