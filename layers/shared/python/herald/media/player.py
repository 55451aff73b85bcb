"""A look at one film through PyAV, in a process of its own: one file, which imports little else.

`films` starts the process, and reads the file for it. FFmpeg is native code, and the film comes
from a stranger. So this process has limits of its own, can open neither a file nor a socket once it
looks, and may die without harm to another process. It tries only the demuxer of the declared
container, never a playlist, and opens nothing that a film refers to.
"""

import json
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from struct import unpack
from typing import Any

import av

# PyAV imports the next five itself when it meets such a track, which would be too late.
import av.audio.codeccontext
import av.audio.stream
import av.sidedata.sidedata
import av.subtitles.codeccontext
import av.subtitles.stream
import av.video.codeccontext
from av.codec import CodecContext
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.stream import Stream as Track
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorTrc, Interpolation
from av.video.stream import VideoStream

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Flaw
from herald.domain.values import frozen
from herald.media import outline
from herald.media.reader import BLOCK, Asking, Bytes, Stream

CPU_SECONDS = 25
MEMORY = 1 << 30  # bytes of addresses; a film of 8K takes 0.4 GB
MAX_PIXELS = 8192 * 4608  # 8K, more than any network takes
POSTER = 400  # pixels of the longest side, as for a picture's thumbnail
MAX_PACKETS = 250  # read in search of a picture that can be shown
MIN_GAP = 16  # bytes of the head of a gap
TAILS = (1 << 19, 1 << 21, 1 << 23)  # bytes at a recording's end that may hold its last part

DEMUXERS = {
    ContentType.MP4: "mov",
    ContentType.QUICKTIME: "mov",
    ContentType.WEBM: "matroska",
    ContentType.AVI: "avi",
}
DECODERS = (
    "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mpeg2video,mpeg1video,h263,mjpeg,prores,dnxhd,dvvideo,"
    "msmpeg4,msmpeg4v2,rawvideo,"
    "aac,mp3float,mp3,opus,libopus,vorbis,flac,alac,ac3,eac3,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_u8,pcm_mulaw,pcm_alaw"
)
DEMUXER_OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi",
    "codec_whitelist": DECODERS,
    "protocol_whitelist": "none",
    "enable_drefs": "0",
    "probesize": "2000000",  # bytes
    "analyzeduration": "5000000",  # microseconds of the film
    "max_streams": "64",
    "max_pixels": str(MAX_PIXELS),
    "threads": "1",
}
STILLS = Disposition.attached_pic | Disposition.timed_thumbnails
MATROSKA = {"h264": "V_MPEG4/ISO/AVC", "hevc": "V_MPEGH/ISO/HEVC", "aac": "A_AAC"}
BRIGHT = {ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67}  # HDR, which looks grey if shown as sRGB


@frozen
class Poster:
    """The first picture as the film stores it, made small. `matrix` says how it is turned."""

    width: int
    height: int
    matrix: tuple[int, int, int, int]
    pixels: bytes


@frozen
class Ending:
    """The time when the last picture or sound ends, and the pictures a second until then."""

    seconds: float
    rate: float | None


class Patched:
    """A film in which a gap replaces everything from `start` to `end`."""

    def __init__(self, content: Bytes, content_type: ContentType, start: int, end: int) -> None:
        self.size = content.size
        self._content = content
        self._start = start
        length = end - start
        self._head = outline.gap(content_type, length) if length >= MIN_GAP else b""

    def read(self, at: int, count: int) -> bytes:
        content = self._content.read(at, count)
        first = max(at, self._start)
        last = min(at + len(content), self._start + len(self._head))
        if first >= last:
            return content
        head = self._head[first - self._start : last - self._start]
        return content[: first - at] + head + content[last - at :]


def look(
    content: Bytes, content_type: ContentType, parts_begin: int | None
) -> tuple[dict[str, Any], bytes]:
    """Return the film's properties for JSON, and the pixels of its poster. Raises FileError."""
    with opened(content, content_type, in_parts=parts_begin is not None) as film:
        pictures = next((track for track in film.streams.video if is_film(track)), None)
        if pictures is None:
            raise FileError(Flaw.NO_VIDEO, "The file has no video track.")
        if not 0 < pixels(pictures) <= MAX_PIXELS:
            message = f"The video's pictures cannot be read, or have more than {MAX_PIXELS} pixels."
            raise FileError(Flaw.UNREADABLE, message)
        tracks = [track for track in film.streams if track.type == "audio" or is_film(track)]
        codecs = [name_of(track, content_type) for track in tracks]
        seconds = film.duration / av.time_base if film.duration else 0
        start = film.start_time / av.time_base if film.start_time else 0
        rate = rate_of(pictures)
        size = shown_as(pictures)
        frame = first_frame(film, pictures)
        poster = poster_of(frame, *size) if frame else None
    webm = content_type is ContentType.WEBM
    if parts_begin is not None and not (webm and seconds):
        end = ending(content, content_type, parts_begin)
        if end:
            seconds = end.seconds - start
        if end and end.rate and not webm:
            rate = end.rate
    turned = poster is not None and abs(poster.matrix[1]) > abs(poster.matrix[0])
    description = {
        "shown": size[::-1] if turned else size,
        "seconds": round(seconds, 3) if 0 < seconds < 1e9 else None,
        "rate": rate,
        "codecs": list(dict.fromkeys(codec for codec in codecs if codec)),
        "poster": [poster.width, poster.height, *poster.matrix] if poster else None,
    }
    return description, poster.pixels if poster else b""


def opened(content: Bytes, content_type: ContentType, *, in_parts: bool) -> InputContainer:
    """Open a film. Raises FileError.

    PyAV makes no index of a film in parts, because it would read all of the film for that.
    """
    options = DEMUXER_OPTIONS | {"fflags": "+ignidx"} if in_parts else DEMUXER_OPTIONS
    try:
        return av.open(
            Stream(content),
            "r",
            DEMUXERS[content_type],
            options=options,
            buffer_size=BLOCK,
            io_open=refuse,
        )
    except av.error.MemoryError as error:
        message = f"The video takes more than {MEMORY >> 20} MB of memory to be read."
        raise FileError(Flaw.UNREADABLE, message) from error
    except av.FFmpegError as error:
        raise FileError(Flaw.MALFORMED, "The video's structure is broken.") from error


def refuse(_url: str, _flags: int, _options: dict[str, str]) -> None:
    raise FileError(Flaw.MALFORMED, "The video refers to another file.")


def is_film(track: Track) -> bool:
    """Whether the track is a film, not a cover."""
    return isinstance(track, VideoStream) and not track.disposition & STILLS


def pixels(pictures: VideoStream) -> int:
    """Return the number of pixels that the header announces.

    It is 0 if PyAV refuses so many pixels, or does not know the codec.
    """
    context: VideoCodecContext | None = pictures.codec_context
    return context.width * context.height if context else 0


def name_of(track: Track, content_type: ContentType) -> str:
    """Return the name of the codec in the container.

    It is four letters in MP4, QuickTime and AVI, but a number for the sound of AVI. WebM has words.
    """
    context: CodecContext | None = track.codec_context  # none for a codec that PyAV does not know
    if context is None:
        return ""
    if content_type is ContentType.WEBM:
        name = context.codec.canonical_name
        return MATROSKA.get(name, f"{track.type[0].upper()}_{name.upper()}")
    tag = tag_of(context)
    if content_type is ContentType.AVI and track.type == "audio":
        return f"{int.from_bytes(tag, 'little'):#06x}"
    name = tag.decode("ascii", "ignore").strip("\0 ")
    return name if name.isprintable() else ""


def tag_of(context: CodecContext) -> bytes:
    try:
        return context.codec_tag.encode()
    except UnicodeDecodeError as error:  # PyAV decodes every tag as letters
        return error.object


def shown_as(pictures: VideoStream) -> tuple[int, int]:
    """Return width and height with square pixels, before the picture is turned."""
    aspect = pictures.sample_aspect_ratio
    width = pictures.width * float(aspect if aspect else 1)
    return max(1, round(width)), pictures.height


def rate_of(pictures: VideoStream) -> float | None:
    """Return the frames a second."""
    for rate in (pictures.average_rate, pictures.guessed_rate):
        if rate and rate.numerator > 0 and rate.denominator > 0:
            return round(rate.numerator / rate.denominator, 3)
    return None


def first_frame(film: InputContainer, pictures: VideoStream) -> VideoFrame | None:
    """Return the first frame that can be shown.

    Return None if the start of the film has none, or if no decoder here can read it.
    """
    context: VideoCodecContext | None = pictures.codec_context
    if context is None or context.name not in DECODERS.split(","):
        return None
    context.thread_count = 1
    context.options = {"max_pixels": str(MAX_PIXELS)}
    return next(frames(film, pictures), None)


def frames(film: InputContainer, pictures: VideoStream) -> Iterator[VideoFrame]:
    for packet in islice(packets(film, [pictures]), MAX_PACKETS):
        try:
            decoded = pictures.decode(packet)
        except (av.FFmpegError, ValueError):  # the picture is broken, but the next may be whole
            continue
        for frame in decoded:
            if not frame.is_corrupt:
                yield frame


def poster_of(frame: VideoFrame, width: int, height: int) -> Poster | None:
    """Return the frame in sRGB, as large as lists show a film of this width and height.

    Return None if its colours cannot be converted.
    """
    scale = min(1, POSTER / max(width, height))
    columns = max(1, round(width * scale))
    rows = max(1, round(height * scale))
    bright = frame.color_trc in BRIGHT
    try:
        small = frame.reformat(
            columns,
            rows,
            format="rgb24",
            interpolation=Interpolation.BICUBIC,
            dst_color_trc=ColorTrc.IEC61966_2_1 if bright else None,
            dst_color_primaries=ColorPrimaries.BT709 if bright else None,
            threads=1,
        )
    except av.FFmpegError:
        return None
    plane = small.planes[0]
    content = memoryview(plane)
    # A line of the plane may be longer than its pixels.
    starts = range(0, plane.line_size * rows, plane.line_size)
    pixels = b"".join(content[at : at + 3 * columns] for at in starts)
    return Poster(width=columns, height=rows, matrix=matrix_of(frame), pixels=pixels)


def matrix_of(frame: VideoFrame) -> tuple[int, int, int, int]:
    """Return where the picture's axes point when it is shown.

    These are the first two columns of the first two rows of the display matrix.
    """
    if "DISPLAYMATRIX" not in frame.side_data:
        return (1, 0, 0, 1)
    a, b, _, c, d = unpack("=5i", bytes(frame.side_data["DISPLAYMATRIX"])[:20])
    return (a, b, c, d)


def ending(content: Bytes, content_type: ContentType, begin: int) -> Ending | None:
    """Read the end of a film from the last parts of its file, or return None if it is not there.

    Raises FileError if the very last part is cut.
    """
    for tail in TAILS:
        start = max(begin, content.size - tail)
        offset = outline.part_in(content.read(start, content.size - start), content_type)
        if offset is not None:
            part = start + offset
            outline.check_parts(content, content_type, part)
            return played(Patched(content, content_type, begin, part), content_type)
        if start == begin:
            return None
    return None


def played(content: Bytes, content_type: ContentType) -> Ending | None:
    """Read all packets, undecoded, and return the end, or None if there is nothing to play."""
    end = 0.0
    pictures = []
    with opened(content, content_type, in_parts=True) as film:
        lengths = {
            track.index: frame_length(track, content_type)
            for track in film.streams
            if track.type in {"video", "audio"}
        }
        for packet in packets(film, [film.streams[index] for index in lengths]):
            if packet.pts is None or packet.is_discard:
                continue
            unit = float(packet.time_base)
            begin = packet.pts * unit
            length = lengths[packet.stream_index]
            if not length:
                length = packet.duration * unit if packet.duration else 0
            end = max(end, begin + length)
            if isinstance(packet.stream, VideoStream):
                pictures.append(begin)
    if not end:
        return None
    shown = max(pictures, default=0) - min(pictures, default=0)
    rate = round((len(pictures) - 1) / shown, 3) if shown > 0 else None
    return Ending(seconds=end, rate=rate)


def packets(film: InputContainer, tracks: list[Track]) -> Iterator["Packet[Track]"]:
    """Yield the packets up to the end, or up to a broken place."""
    try:
        yield from film.demux(tracks)
    except av.FFmpegError:
        return


def frame_length(track: Track, content_type: ContentType) -> float | None:
    """Return how many seconds a picture of a WebM is shown, or None for any other track.

    WebM says in milliseconds when a picture begins, and not how long it is shown.
    """
    if content_type is not ContentType.WEBM or not isinstance(track, VideoStream):
        return None
    rate = rate_of(track)
    return 1 / rate if rate else None


def bind() -> None:
    """Set the limits of this process. Afterwards it can open nothing."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def main(content_type: str, size: str, parts_begin: str) -> None:
    asking = Asking(sys.stdout.buffer, sys.stdin.buffer, int(size))
    begin = int(parts_begin) if parts_begin else None
    bind()
    try:
        description, pixels = look(asking, ContentType(content_type), begin)
    except FileError as error:
        description = {"flaw": error.flaw, "message": error.message}
        pixels = b""
    asking.end(json.dumps(description).encode() + b"\n" + pixels)
