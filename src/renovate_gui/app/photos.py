"""Photos as they are stored: pixels only, upright, of a size that print needs."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError

LONGEST_PX = 2000
"""The longer side; 169 mm at 300 dpi, more than a photo gets on a sheet."""

_QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")


def clean_photo(path: Path) -> bytes:
    """Return a picture as JPEG without EXIF, GPS, colour profile or comments, turned upright.

    Raises
    ------
    DataError
        When the file is no picture we can read, or so large that it must be a trap.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # broken EXIF blocks, which are dropped anyway
            with Image.open(path, formats=_FORMATS) as image:
                image.draft("RGB", (LONGEST_PX, LONGEST_PX))
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
                return _jpeg(upright)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(
            tr("“{file}” is too large for a photo; make it smaller first.", file=path.name)
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise DataError(
            tr("“{file}” is not a picture that can be read; use JPEG or PNG.", file=path.name)
        ) from error


def _jpeg(image: object) -> bytes:
    from PIL import Image

    assert isinstance(image, Image.Image)
    rgba = image.convert("RGBA")
    plain = Image.new("RGB", rgba.size, "white")  # new pixels, so nothing of the file's metadata comes along
    plain.paste(rgba, mask=rgba.getchannel("A"))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
