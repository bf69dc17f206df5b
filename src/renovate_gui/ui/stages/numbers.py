"""How numbers read: people, shares, metres, money, dates; one way everywhere."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal, InvalidOperation

from renovate_gui.app.shares import per_cent
from renovate_gui.assets import tr

THIN_MINUS = "−"


def whole(value: float) -> str:
    """Return a count with thousands separators, such as ``1,204``; a dash when unknown."""
    return "–" if not math.isfinite(value) else f"{round(value):,}".replace("-", THIN_MINUS)


def signed(value: float) -> str:
    """Return a difference with its sign, such as ``+2,140``."""
    if not math.isfinite(value):
        return "–"
    return ("+" if round(value) > 0 else "") + whole(value)


def share(part: float, total: float) -> str:
    """Return a percentage without its sign, as everywhere; a dash where nothing is counted."""
    return per_cent(part / total) if total > 0 else "–"


def metres(value: float) -> str:
    """Return a distance such as ``760 m``; unreachable and unknown are words."""
    if math.isnan(value):
        return tr("unknown")
    if math.isinf(value):
        return tr("no way")
    return f"{value:,.0f} m"


def minutes(value: float) -> str:
    """Return whole minutes, at least 1; a dash when there are none."""
    return "–" if not math.isfinite(value) else f"{max(1, round(value))}"


def density(value: float) -> str:
    """Return a density per hectare with as many digits as it deserves."""
    if not math.isfinite(value):
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def money(value: Decimal | None) -> str:
    """Return yuan with thousands separators and no needless decimals; a dash when there is no figure."""
    if value is None:
        return "–"
    text = f"{value:,.2f}"
    return "¥" + (text.removesuffix(".00"))


def parse_money(text: str) -> Decimal | None:
    """Return the amount typed by a person (separators, ¥, 元 and 万 are understood); None for an empty field.

    Raises
    ------
    ValueError
        When it is no amount or negative.
    """
    bare = (
        text.strip().replace(",", "").replace("，", "").replace("¥", "").replace("￥", "").replace("元", "")
    )
    bare = bare.replace(" ", "")
    if not bare:
        return None
    factor = Decimal(10000) if bare.endswith("万") else Decimal(1)
    try:
        amount = Decimal(bare.removesuffix("万")) * factor
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not amount.is_finite() or amount < 0 or amount >= Decimal(10) ** 13:
        raise ValueError(text)
    return amount.quantize(Decimal("0.01"))


def local_time(iso: str) -> str:
    """Return an ISO 8601 instant as local date and time; the text itself when it is none."""
    try:
        return datetime.fromisoformat(iso).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return iso
