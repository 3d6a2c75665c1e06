"""How numbers are written."""

import pandas as pd

MISSING = "–"


def format_number(value: float | None, digits: int = 3, sign: bool = False) -> str:
    """Write a number with fixed digits; a missing one is an en dash."""
    if value is None or pd.isna(value):
        return MISSING
    return f"{value:{'+' if sign else ''}.{digits}f}".replace("-", "−")


def format_interval(low: float, high: float, digits: int = 3, sign: bool = False) -> str:
    """Write an interval as 0.411 … 0.532; one without ends is an en dash."""
    if pd.isna(low) or pd.isna(high):
        return MISSING
    return f"{format_number(low, digits, sign)} … {format_number(high, digits, sign)}"


def format_range(least: float, most: float, digits: int = 3) -> str:
    """Write a range as 0.411 … 0.532, or as one number where both ends read the same."""
    ends = dict.fromkeys(format_number(end, digits) for end in (least, most))
    return " … ".join(ends)


def format_share(value: float | None, digits: int = 0) -> str:
    """Write a share in [0, 1] in per cent; a missing one is an en dash."""
    return (
        MISSING
        if value is None or pd.isna(value)
        else f"{value:.{digits}%}".replace("%", "\u00a0%")
    )


def format_of(value: float | None, total: float, digits: int = 0) -> str:
    """Write how many of a total, as 1.5/16; a missing number is an en dash."""
    if value is None or pd.isna(value):
        return MISSING
    return f"{format_number(value, digits)}/{format_number(total, 0)}"


def format_p(value: float | None) -> str:
    """Write a p-value: 0.031, or < 0.001."""
    return "< 0.001" if value is not None and value < 0.001 else format_number(value)


def format_short(value: float | None) -> str:
    """Write a number with four digits at most: 12, 0.04713; a missing one is an en dash."""
    return MISSING if value is None or pd.isna(value) else f"{value:.4g}".replace("-", "−")


def format_text(value: str | float | None) -> str:
    """Write a text of a table; a missing one is an en dash."""
    return MISSING if pd.isna(value) else str(value)


UNITS = {"en": ("h", "min", "s"), "zh": ("小时", "分", "秒")}


def format_duration(seconds: float, language: str = "en") -> str:
    """Write seconds as 45 s, 12 min 30 s or 1 h 05 min."""
    hour, minute, second = UNITS[language]
    whole = round(seconds)
    if whole < 60:
        return f"{whole}\u00a0{second}"
    if whole < 3600:
        return f"{whole // 60}\u00a0{minute}\u00a0{whole % 60:02d}\u00a0{second}"
    return f"{whole // 3600}\u00a0{hour}\u00a0{whole % 3600 // 60:02d}\u00a0{minute}"
