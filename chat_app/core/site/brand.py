"""Compute the appearance of a site's brand in a page: its name, the styles of its colours and logo, its icon. Pure."""

from collections.abc import Mapping
from typing import Final

from typing_extensions import TypedDict

from chat_app.core.kernel.policy import Brand, BrandPicture
from chat_app.core.site.colours import DARK, LIGHT, accent_tokens

PICTURES: Final = "/api/v1/site/pictures"
"""The path below which REST serves the pictures of the brand."""
_PROPORTIONS_MAX: Final = 5
"""A longer logo would leave no room for the buttons beside it: it is shown smaller."""
_WITH_NAME: Final = 2
"""A longer logo replaces the site's name above the rooms: there is space for only one of them."""
_HIDDEN: Final = ".brand span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"


class BrandJson(TypedDict):
    """A brand: the site's `name`, `styles` for the page, the address of an `icon`. What is empty is Parley's."""

    name: str
    styles: str
    icon: str


def brand_json(brand: Brand) -> BrandJson:
    """Return the shape of a brand."""
    return {
        "name": brand.name,
        "styles": brand_styles(brand),
        "icon": picture_address("icon", brand.icon) if brand.icon else "",
    }


def brand_styles(brand: Brand) -> str:
    """Return the styles of a page with the accent and the logo; "" if both are Parley's."""
    styles = _logo(brand.logo, brand.logo_dark or brand.logo) if brand.logo else ""
    if brand.accent:
        rules = ((":root", LIGHT), (".dark", DARK))
        styles = "".join(f"{at}{{{_tokens(accent_tokens(brand.accent, ground))}}}" for at, ground in rules) + styles
    return styles


def picture_address(name: str, picture: BrandPicture) -> str:
    """Return the path of a picture of the brand, another one for each version."""
    return f"{PICTURES}/{name}?v={picture.version}"


def _logo(light: BrandPicture, dark: BrandPicture) -> str:
    """Return the styles that show a logo in place of the mark. They reserve its space before it loads."""
    rules = ((":root", "logo", light), (".dark", "logo" if dark is light else "logo_dark", dark))
    shapes = [min(each.width / each.height, _PROPORTIONS_MAX) for _, _, each in rules]
    styles = (
        f"{where}{{--logo:url({picture_address(name, each)});--logo-shape:{shape:.3f}}}"
        for (where, name, each), shape in zip(rules, shapes, strict=True)
    )
    place = "aspect-ratio:var(--logo-shape);flex:none;width:auto;margin:0"
    shown = f"svg.mark.mark{{background:var(--logo) left/contain no-repeat;{place}}}svg.mark>*{{display:none}}"
    return "".join((*styles, shown, _HIDDEN if max(shapes) > _WITH_NAME else ""))


def _tokens(tokens: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in tokens.items())
