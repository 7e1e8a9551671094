"""Colours and fonts of the page, as data: ink and one red on paper, and what every desk's machine already has."""

from __future__ import annotations

from typing import Any

INK_SHADES = (
    "#faf8f4",
    "#f3efe7",
    "#e6dfd3",
    "#cfc6b7",
    "#a39b8d",
    "#7d766a",
    "#5f594f",
    "#46413a",
    "#2f2b26",
    "#211e1a",
    "#171512",
)
"""From paper to ink."""
RED_SHADES = (
    "#fbf1ef",
    "#f5dcd8",
    "#ebb9b2",
    "#dc8d83",
    "#c75c50",
    "#a8342a",
    "#8f2a21",
    "#75221b",
    "#5c1b16",
    "#431410",
    "#2c0d0a",
)
FONTS = ("system-ui", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
MONOSPACE_FONTS = ("ui-monospace", "Consolas", "monospace")
THEME_VARIABLES: dict[str, Any] = {
    "body_background_fill": "*neutral_50",
    "body_background_fill_dark": "*neutral_950",
    "block_background_fill": "transparent",
    "block_background_fill_dark": "transparent",
    "block_border_width": "0px",
    "block_border_width_dark": "0px",
    "block_shadow": "none",
    "block_label_background_fill": "transparent",
    "block_label_background_fill_dark": "transparent",
    "button_primary_background_fill": "*primary_500",
    "button_primary_background_fill_hover": "*primary_600",
    "button_primary_text_color": "white",
    "input_background_fill": "white",
    "input_background_fill_dark": "*neutral_900",
    "input_border_width": "1px",
}
