"""Images of strangers: what says it is one, begins like one, and can be written into an attribute."""

import base64
import binascii

MAX_BYTES = 4 * 1024 * 1024
TYPES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}


def image(mime_type: str, data: str) -> str | None:
    """The image in base64 of our own writing, or None where it is none of that type, or too large.

    It is not decoded: that would be a stranger's bytes in a decoder on the trusted side.
    """
    letters = "".join(data.split())
    if mime_type not in TYPES or len(letters) > MAX_BYTES * 4 // 3:
        return None
    try:
        decoded = base64.b64decode(letters, validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(decoded).decode("ascii") if decoded.startswith(TYPES[mime_type]) else None
