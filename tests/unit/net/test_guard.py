"""What may be spoken to: a long table of what may not, and a short one of what must."""

from collections.abc import Sequence
from threading import Event

import pytest

from herald.net.errors import BlockedError, NotSentError
from herald.net.guard import Guard

PUBLIC = "93.184.215.14"

MALFORMED = [
    "",
    "example.com",
    "//example.com/",
    "https://",
    "https:///example.com/",
    "https:example.com",
    "https:/example.com/",
    "https://:443/",
    "https://?x=1",
    "https://#x",
    # other schemes
    "http://example.com/",
    "HTTP://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "https+unix://example.com/",
    "ws://example.com/",
    # credentials, and what one parser or another takes for them
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://@example.com/",
    "https://example.com:443@evil.example/",
    "https://example.com%40127.0.0.1/",
    "https://127.0.0.1\\@example.com/",
    "https://example.com\\@127.0.0.1/",
    "https:\\\\example.com\\",
    "https://example.com\\.evil.example/",
    "https://example.com#@127.0.0.1/",
    "https://example.com/#fragment",
    # ports
    "https://example.com:/",
    "https://example.com:0/",
    "https://example.com:65536/",
    "https://example.com:99999999/",
    "https://example.com:-443/",
    "https://example.com:+443/",
    "https://example.com:0443/",
    "https://example.com:4_43/",
    "https://example.com:443:443/",
    "https://example.com:https/",
    "https://example.com:４４３/",
    # white space, control characters, invisible characters
    " https://example.com/",
    "https://example.com/ ",
    "https://exam ple.com/",
    "https://example.com\t/",
    "https://example.com/\r\nX-Injected: 1",
    "https://example.com/\x00",
    "https://example.com\x7f/",
    "\x01https://example.com/",
    "https://example.com\u00a0/",
    "https://example.com\u2028/",
    "https://exam\u200bple.com/",
    "https://exam\u00adple.com/",
    "https://\u202eexample.com/",
    "https://\ufeffexample.com/",
    "https://\ud800.com/",
    # names
    "https://.example.com/",
    "https://example..com/",
    "https://example.com./",
    "https://-example.com/",
    "https://example-.com/",
    "https://exa%6dple.com/",
    "https://%31%32%37.0.0.1/",
    "https://exa$mple.com/",
    "https://exa,mple.com/",
    "https://exa;mple.com/",
    "https://exa'mple.com/",
    "https://*.example.com/",
    "https://" + "a" * 64 + ".com/",
    "https://" + "a." * 127 + "com/",
    "https://example.com/" + "a" * 2048,
    "https://example.com/hööks",
    # letters that become other letters
    "https://ｅxample.com/",
    "https://ex\u212aample.com/",
    "https://faß.de/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "https://１２７.0.0.1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://١٢٧.0.0.1/",
    "https://127。0。0。1/",
    "https://127．0．0．1/",
    "https://example。com/",
    "https://a／b.com/",
    # addresses in spellings that inet_aton takes and a strict reader does not
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://0x7f000001/",
    "https://0X7F000001/",
    "https://0x/",
    "https://127.0.0.0x1/",
    "https://127.0.0.01/",
    "https://127.0.0.001/",
    "https://127.0.0.1./",
    "https://127.0.0.256/",
    "https://127.0.0.1.1/",
    "https://8.8.2056/",
    "https://134744072/",
    "https://example.1/",
    "https://0/",
    "https://1/",
    "https://+127.0.0.1/",
    "https://-1/",
    # IPv6
    "https://::1/",
    "https://[::1/",
    "https://::1]/",
    "https://[[::1]]/",
    "https://[]/",
    "https://[example.com]/",
    "https://[127.0.0.1]/",
    "https://[v1.fe80::1]/",
    "https://[2606:4700::1111]evil.example/",
    "https://[2606:4700::1111].evil.example/",
    "https://evil.example[2606:4700::1111]/",
    "https://[2606:4700::1111%25eth0]/",
    "https://[2606:4700::1111%eth0]/",
    "https://[2606:4700:::1111]/",
    "https://[2606:4700::1111:]/",
    "https://[::ffff:08.8.8.8]/",
    "https://[::ffff:0x7f.0.0.1]/",
]

FORBIDDEN = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.0.192",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.254",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::ffff:0:127.0.0.1",
    "0:0:0:0:0:ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:1::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:1ff:ffff::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "3fff:fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "1fff::1",
]

ALLOWED = {
    "https://example.com": ("example.com", 443, "/", "example.com"),
    "https://example.com/": ("example.com", 443, "/", "example.com"),
    "HTTPS://EXAMPLE.com/Hook": ("example.com", 443, "/Hook", "example.com"),
    "https://example.com:8443/a/b?c=d&e=f": ("example.com", 8443, "/a/b?c=d&e=f", "example.com:8443"),
    "https://example.com:443/": ("example.com", 443, "/", "example.com"),
    "https://example.com?x=1": ("example.com", 443, "/?x=1", "example.com"),
    "https://mastodon.example/@user/1": ("mastodon.example", 443, "/@user/1", "mastodon.example"),
    "https://a.b-c.d_e.example.com/%C3%B6": ("a.b-c.d_e.example.com", 443, "/%C3%B6", "a.b-c.d_e.example.com"),
    "https://example.com//double//slash": ("example.com", 443, "//double//slash", "example.com"),
    "https://1e100.net/": ("1e100.net", 443, "/", "1e100.net"),
    "https://0x7f.example/": ("0x7f.example", 443, "/", "0x7f.example"),
    "https://bücher.example/": ("xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example"),
    "https://例え.テスト/": ("xn--r8jz45g.xn--zckzah", 443, "/", "xn--r8jz45g.xn--zckzah"),
    "https://xn--bcher-kva.example/": ("xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example"),
    "https://8.8.8.8/": ("8.8.8.8", 443, "/", "8.8.8.8"),
    "https://172.32.0.1/": ("172.32.0.1", 443, "/", "172.32.0.1"),
    "https://[2606:4700:4700::1111]/": ("2606:4700:4700::1111", 443, "/", "[2606:4700:4700::1111]"),
    "https://[2606:4700:4700:0:0:0:0:1111]:8443/": ("2606:4700:4700::1111", 8443, "/", "[2606:4700:4700::1111]:8443"),
    "https://[2001:4860:4860::8888]/": ("2001:4860:4860::8888", 443, "/", "[2001:4860:4860::8888]"),
    "https://[::ffff:8.8.8.8]/": ("8.8.8.8", 443, "/", "8.8.8.8"),
}


def answers(*addresses: str) -> Guard:
    """A guard for which every name has these addresses."""

    def lookup(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return Guard(lookup=lookup)


@pytest.mark.parametrize("url", MALFORMED, ids=ascii)
def test_a_hostile_spelling_is_refused_before_any_lookup(url: str) -> None:
    with pytest.raises(BlockedError):
        Guard().check_url(url)


@pytest.mark.parametrize("url", MALFORMED, ids=ascii)
def test_a_private_address_in_the_allow_list_opens_no_other_spelling(url: str) -> None:
    guard = Guard(["127.0.0.1", "::1"], lookup=lambda _host, _port: [PUBLIC])

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url(url))


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_forbidden_address_is_refused_in_the_url(address: str) -> None:
    host = f"[{address}]" if ":" in address else address

    with pytest.raises(BlockedError):
        Guard().check_url(f"https://{host}/")


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_forbidden_address_is_refused_behind_a_name(address: str) -> None:
    guard = answers(address)

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url("https://example.com/"))


@pytest.mark.parametrize("others", [(PUBLIC, "127.0.0.1"), ("127.0.0.1", PUBLIC), (PUBLIC, "::1"), (PUBLIC, "fe80::1%eth0")])
def test_one_bad_address_rejects_the_whole_answer(others: tuple[str, ...]) -> None:
    guard = answers(*others)

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url("https://example.com/"))


@pytest.mark.parametrize("url", ALLOWED)
def test_an_ordinary_url_is_taken_apart(url: str) -> None:
    guard = answers(PUBLIC)

    destination = guard.check_url(url)

    assert (destination.host, destination.port, destination.target, destination.authority) == ALLOWED[url]
    assert guard.resolve(destination)


def test_ipv4_is_tried_first_and_nothing_twice() -> None:
    guard = answers("2606:4700:4700::1111", PUBLIC, PUBLIC, "::ffff:1.1.1.1")

    found = guard.resolve(guard.check_url("https://example.com/"))

    assert [str(address) for address in found] == [PUBLIC, "1.1.1.1", "2606:4700:4700::1111"]


def test_an_allowed_private_address_may_be_plain_http() -> None:
    guard = Guard(["127.0.0.1", "::1"], lookup=lambda _host, _port: ["::1", "127.0.0.1"])

    for url in ("http://127.0.0.1:8080/", "http://[::1]:8080/", "http://localhost:8080/", "https://127.0.0.1/"):
        assert guard.resolve(guard.check_url(url))


@pytest.mark.parametrize(
    "url", ["http://example.com/", "http://8.8.8.8/", "http://127.0.0.2/", "https://127.0.0.2/", "https://10.0.0.1/"]
)
def test_the_allow_list_opens_nothing_else(url: str) -> None:
    guard = Guard(["127.0.0.1"], lookup=lambda _host, _port: [PUBLIC])

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url(url))


def test_plain_http_to_an_answer_that_is_only_partly_allowed_is_refused() -> None:
    guard = Guard(["127.0.0.1"], lookup=lambda _host, _port: ["127.0.0.1", PUBLIC])

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url("http://localhost/"))


def test_a_network_may_be_allowed() -> None:
    guard = Guard(["10.1.0.0/16"])

    assert guard.resolve(guard.check_url("http://10.1.2.3/"))
    with pytest.raises(BlockedError):
        guard.check_url("http://10.2.0.1/")


def test_a_name_that_does_not_resolve_is_not_blocked() -> None:
    def lookup(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    for guard in (Guard(lookup=lookup), answers()):
        with pytest.raises(NotSentError) as caught:
            guard.resolve(guard.check_url("https://example.com/"))
        assert not isinstance(caught.value, BlockedError)


def test_a_resolver_that_hangs_is_left_behind() -> None:
    over = Event()

    def lookup(_host: str, _port: int) -> Sequence[str]:
        over.wait(10)
        return [PUBLIC]

    guard = Guard(lookup=lookup)

    with pytest.raises(NotSentError, match="in time"):
        guard.resolve(guard.check_url("https://example.com/"), timeout=0.01)
    over.set()


def test_messages_name_no_address() -> None:
    guard = answers("10.11.12.13")

    with pytest.raises(BlockedError) as caught:
        guard.resolve(guard.check_url("https://example.com/"))
    assert "10." not in str(caught.value)
