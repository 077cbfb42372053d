"""The kinds of files the service takes, for both sides."""

PNG, JPEG, TIFF = "image/png", "image/jpeg", "image/tiff"
BMP, WEBP, GIF = "image/bmp", "image/webp", "image/gif"
AVIF, HEIC = "image/avif", "image/heic"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"

IMAGES = {
    PNG: "PNG",
    JPEG: "JPEG",
    TIFF: "TIFF",
    BMP: "BMP",
    WEBP: "WebP",
    GIF: "GIF",
    AVIF: "AVIF",
    HEIC: "HEIC",
}
DOCUMENTS = {PDF: "PDF", DOCX: "DOCX", XLSX: "XLSX", XLS: "XLS"}
"""Media types with the names people know them by."""

READ_DIRECTLY = frozenset({DOCX, XLSX, XLS})
"""Formats whose words stand in the file, so that no engine has to look at a picture of them."""

_JPEG_ALLOWANCE = 4
"""A JPEG decodes at a reduced scale, so it may have that many times the pixels of others."""


def pixel_limit(media_type: str, max_image_pixels: int) -> int:
    """How many pixels one page of this kind may have, given the setting."""
    return max_image_pixels * (_JPEG_ALLOWANCE if media_type == JPEG else 1)
