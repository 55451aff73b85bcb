"""Looks at one film through PyAV, in a process of its own: `films` starts it, and reads the file for it.

FFmpeg is native code, and the film is a stranger's. So this process has bounds of its own, may open neither a file nor a socket
once it looks, and may die without taking anybody with it. Only the demuxer of the declared container is tried, never a playlist,
and nothing that a film refers to is opened.
"""

import json
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from struct import unpack
from typing import Any

import av
import av.audio.codeccontext
import av.audio.stream
import av.sidedata.sidedata
import av.subtitles.codeccontext
import av.subtitles.stream  # these five PyAV imports itself when it meets such a track, which would be too late
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

CPU_SECONDS = 25  # of a processor
MEMORY = 1 << 30  # bytes of addresses: a film of 8K takes 0.4 GB
MAX_PIXELS = 8192 * 4608  # 8K: more than any network takes
POSTER = 400  # pixels of the longest side, as a picture's thumbnail
MAX_PACKETS = 250  # without a picture that can be shown
MIN_GAP = 16  # bytes: the head of one
TAILS = (
    1 << 19,
    1 << 21,
    1 << 23,
)  # bytes of a recording's end in which its last part is looked for

DEMUXERS = {
    ContentType.MP4: "mov",
    ContentType.QUICKTIME: "mov",
    ContentType.WEBM: "matroska",
    ContentType.AVI: "avi",
}
DECODERS = (
    "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mpeg2video,mpeg1video,h263,mjpeg,prores,dnxhd,dvvideo,msmpeg4,msmpeg4v2,rawvideo,"
    "aac,mp3float,mp3,opus,libopus,vorbis,flac,alac,ac3,eac3,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_u8,pcm_mulaw,pcm_alaw"
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
BRIGHT = {
    ColorTrc.SMPTE2084,
    ColorTrc.ARIB_STD_B67,
}  # HDR: shown as sRGB as it stands, it would be grey


@frozen
class Poster:
    """The first picture as it lies in the film, made small; `matrix` says how it is turned."""

    width: int
    height: int
    matrix: tuple[int, int, int, int]
    pixels: bytes


@frozen
class Ending:
    """When the last picture or sound ends; and how many pictures there are a second up to there."""

    seconds: float
    rate: float | None


class Patched:
    """A film of which all from one part up to another is a gap."""

    def __init__(self, content: Bytes, content_type: ContentType, start: int, end: int) -> None:
        self.size = content.size
        self._content = content
        self._start = start
        self._head = outline.gap(content_type, end - start) if end - start >= MIN_GAP else b""

    def read(self, at: int, count: int) -> bytes:
        found = self._content.read(at, count)
        first, last = max(at, self._start), min(at + len(found), self._start + len(self._head))
        if first >= last:
            return found
        return (
            found[: first - at]
            + self._head[first - self._start : last - self._start]
            + found[last - at :]
        )


def look(
    content: Bytes, content_type: ContentType, parts_begin: int | None
) -> tuple[dict[str, Any], bytes]:
    """What the film is, as JSON takes it, and the pixels of its poster. Raises FileError."""
    with opened(content, content_type, in_parts=parts_begin is not None) as film:
        pictures = next((each for each in film.streams.video if is_film(each)), None)
        if pictures is None:
            raise FileError(Flaw.NO_VIDEO, "The file has no video track.")
        if not 0 < pixels(pictures) <= MAX_PIXELS:
            raise FileError(
                Flaw.UNREADABLE,
                f"The video's pictures cannot be read, or have more than {MAX_PIXELS} pixels.",
            )
        codecs = [
            name_of(each, content_type)
            for each in film.streams
            if each.type == "audio" or is_film(each)
        ]
        seconds, start = (film.duration or 0) / av.time_base, (film.start_time or 0) / av.time_base
        rate, size, frame = rate_of(pictures), shown_as(pictures), first_frame(film, pictures)
        poster = poster_of(frame, *size) if frame else None
    webm = content_type is ContentType.WEBM
    if (
        parts_begin is not None
        and not (webm and seconds)
        and (end := ending(content, content_type, parts_begin))
    ):
        seconds, rate = end.seconds - start, rate if webm else end.rate or rate
    turned = poster is not None and abs(poster.matrix[1]) > abs(poster.matrix[0])
    said = {
        "shown": size[::-1] if turned else size,
        "seconds": round(seconds, 3) if 0 < seconds < 1e9 else None,
        "rate": rate,
        "codecs": list(dict.fromkeys(each for each in codecs if each)),
        "poster": [poster.width, poster.height, *poster.matrix] if poster else None,
    }
    return said, poster.pixels if poster else b""


def opened(content: Bytes, content_type: ContentType, *, in_parts: bool) -> InputContainer:
    """Raises FileError. Of a film in parts no index is made: all of it would be read for that."""
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
        raise FileError(
            Flaw.UNREADABLE, f"The video takes more than {MEMORY >> 20} MB of memory to be read."
        ) from error
    except av.FFmpegError as error:
        raise FileError(Flaw.MALFORMED, "The video's structure is broken.") from error


def refuse(_url: str, _flags: int, _options: dict[str, str]) -> None:
    raise FileError(Flaw.MALFORMED, "The video refers to another file.")


def is_film(track: Track) -> bool:
    """Whether it is a film, not a cover."""
    return isinstance(track, VideoStream) and not track.disposition & STILLS


def pixels(pictures: VideoStream) -> int:
    """How many its header announces; 0 where they are too many to be looked at, or in a codec that nobody here knows."""
    context: VideoCodecContext | None = pictures.codec_context
    return context.width * context.height if context else 0


def name_of(track: Track, content_type: ContentType) -> str:
    """As its container names its codec: four letters in MP4, QuickTime and AVI, AVI's sound by a number; WebM by words."""
    context: CodecContext | None = track.codec_context  # none of a codec that PyAV does not know
    if context is None:
        return ""
    if content_type is ContentType.WEBM:
        return MATROSKA.get(
            context.codec.canonical_name,
            f"{track.type[0].upper()}_{context.codec.canonical_name.upper()}",
        )
    tag = tag_of(context)
    if content_type is ContentType.AVI and track.type == "audio":
        return f"{int.from_bytes(tag, 'little'):#06x}"
    name = tag.decode("ascii", "ignore").strip("\0 ")
    return name if name.isprintable() else ""


def tag_of(context: CodecContext) -> bytes:
    try:
        return context.codec_tag.encode()
    except UnicodeDecodeError as error:  # PyAV takes every tag for letters
        return error.object


def shown_as(pictures: VideoStream) -> tuple[int, int]:
    """Its dimensions with square pixels, before it is turned."""
    return max(1, round(pictures.width * float(pictures.sample_aspect_ratio or 1))), pictures.height


def rate_of(pictures: VideoStream) -> float | None:
    """Frames a second."""
    for rate in (pictures.average_rate, pictures.guessed_rate):
        if rate and rate.numerator > 0 and rate.denominator > 0:
            return round(rate.numerator / rate.denominator, 3)
    return None


def first_frame(film: InputContainer, pictures: VideoStream) -> VideoFrame | None:
    """None when nothing that can be shown is near the film's start, or nobody here can decode it."""
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
        except (av.FFmpegError, ValueError):  # a broken picture: the next one may be whole
            continue
        yield from (each for each in decoded if not each.is_corrupt)


def poster_of(frame: VideoFrame, width: int, height: int) -> Poster | None:
    """In sRGB, as large as a film of these dimensions is shown in a list; None of colours that nobody here can convert."""
    scale = min(1, POSTER / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    bright = frame.color_trc in BRIGHT
    try:
        made = frame.reformat(
            *size,
            format="rgb24",
            interpolation=Interpolation.BICUBIC,
            dst_color_trc=ColorTrc.IEC61966_2_1 if bright else None,
            dst_color_primaries=ColorPrimaries.BT709 if bright else None,
            threads=1,
        )
    except av.FFmpegError:
        return None
    plane = made.planes[0]
    rows, row = memoryview(plane), 3 * size[0]
    pixels = b"".join(
        rows[at : at + row] for at in range(0, plane.line_size * size[1], plane.line_size)
    )
    return Poster(width=size[0], height=size[1], matrix=matrix_of(frame), pixels=pixels)


def matrix_of(frame: VideoFrame) -> tuple[int, int, int, int]:
    """The first two columns of the display matrix's first two rows: where the picture's axes point when it is shown."""
    if "DISPLAYMATRIX" not in frame.side_data:
        return (1, 0, 0, 1)
    a, b, _, c, d = unpack("=5i", bytes(frame.side_data["DISPLAYMATRIX"])[:20])
    return (a, b, c, d)


def ending(content: Bytes, content_type: ContentType, begin: int) -> Ending | None:
    """By the last parts of the file alone; None when these do not say. Raises FileError when the very last is cut."""
    for tail in TAILS:
        start = max(begin, content.size - tail)
        found = outline.part_in(content.read(start, content.size - start), content_type)
        if found is not None:
            outline.check_parts(content, content_type, start + found)
            return played(Patched(content, content_type, begin, start + found), content_type)
        if start == begin:
            return None
    return None


def played(content: Bytes, content_type: ContentType) -> Ending | None:
    """All of it, undecoded; None when there is nothing to play."""
    end, pictures = 0.0, []
    with opened(content, content_type, in_parts=True) as film:
        lengths = {
            track.index: frame_length(track, content_type)
            for track in film.streams
            if track.type in {"video", "audio"}
        }
        for packet in packets(film, [film.streams[index] for index in lengths]):
            if packet.pts is None or packet.is_discard:
                continue
            begin, length = (
                packet.pts * float(packet.time_base),
                (packet.duration or 0) * float(packet.time_base),
            )
            end = max(end, begin + (lengths[packet.stream_index] or length))
            if isinstance(packet.stream, VideoStream):
                pictures.append(begin)
    shown = max(pictures, default=0) - min(pictures, default=0)
    return (
        Ending(seconds=end, rate=round((len(pictures) - 1) / shown, 3) if shown > 0 else None)
        if end
        else None
    )


def packets(film: InputContainer, tracks: list[Track]) -> Iterator["Packet[Track]"]:
    """Up to the end, or to what is broken."""
    try:
        yield from film.demux(tracks)
    except av.FFmpegError:
        return


def frame_length(track: Track, content_type: ContentType) -> float | None:
    """WebM says in milliseconds when a picture begins, and not how long it is shown."""
    rate = (
        rate_of(track)
        if content_type is ContentType.WEBM and isinstance(track, VideoStream)
        else None
    )
    return 1 / rate if rate else None


def bind() -> None:
    """From here on the process has its bounds, and opens nothing."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for limit, bound in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (bound, bound))


def main(content_type: str, size: str, parts_begin: str) -> None:
    asking = Asking(sys.stdout.buffer, sys.stdin.buffer, int(size))
    bind()
    try:
        said, pixels = look(
            asking, ContentType(content_type), int(parts_begin) if parts_begin else None
        )
    except FileError as error:
        said, pixels = {"flaw": error.flaw, "message": error.message}, b""
    asking.end(json.dumps(said).encode() + b"\n" + pixels)
