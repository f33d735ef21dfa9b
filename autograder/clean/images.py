"""Images of strangers: what says it is one, begins like one, and can be written into an attribute."""

import base64

MAX_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 50_000_000  # a few kB can claim billions, for which a browser takes memory
TYPES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}


def image(mime_type: str, data: str) -> str | None:
    """The image in base64 of our own writing, or None where it is none of that type, or too large.

    It is not decoded: that would be a stranger's bytes in a decoder on the trusted side. Only its size is looked at.
    """
    letters = "".join(data.split())
    if mime_type not in TYPES or len(letters) > MAX_BYTES * 4 // 3:
        return None
    try:
        decoded = base64.b64decode(letters, validate=True)
    except ValueError:
        return None
    if not decoded.startswith(TYPES[mime_type]) or not 0 < _pixels(mime_type, decoded) <= MAX_PIXELS:
        return None
    return base64.b64encode(decoded).decode("ascii")


def _pixels(mime_type: str, data: bytes) -> int:
    """As its head says (PNG: IHDR; GIF: logical screen; JPEG: start of frame). 0 where it does not."""
    match mime_type:
        case "image/png":
            return int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
        case "image/gif":
            return int.from_bytes(data[6:8], "little") * int.from_bytes(data[8:10], "little")
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if 0xC0 <= data[at + 1] <= 0xCF and data[at + 1] not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 5 : at + 7], "big") * int.from_bytes(data[at + 7 : at + 9], "big")
        at += 1 if data[at + 1] == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0
