"""All settings of the site: the values of each, and its effect on the policy. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from chat_app.core.access.features import Feature
from chat_app.core.kernel.policy import BrandPicture, Policy
from chat_app.core.site.kinds import Accent, Choice, Domains, Flag, Line, Moment, Number, SettingKind

MB: Final = 1_000_000
ALLOW: Final = "allow_"
GROUPS: Final = ("sign_up", "features", "limits", "announcement", "brand", "retention")
_YEARS: Final = 3650
_GB_MAX: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its group on the page, and its kind. Its name is a field of the policy, except for ``allow_…``."""

    name: str
    group: str
    kind: SettingKind


_ALL: Final = (
    Setting("sign_up", "sign_up", Choice(("open", "invite", "closed"))),
    Setting("sign_up_domains", "sign_up", Domains()),
    Setting("sign_up_approval", "sign_up", Flag()),
    *(Setting(f"{ALLOW}{feature.value}", "features", Flag()) for feature in Feature),
    Setting("message_max_chars", "limits", Number(100, 100_000)),
    Setting("messages_per_minute", "limits", Number(0, 1000)),
    Setting("tabs_person", "limits", Number(5, 1000)),
    Setting("tabs_address", "limits", Number(10, 100_000)),
    Setting("members_max", "limits", Number(0, 100_000)),
    Setting("upload_max_mb", "limits", Number(1, 10_000)),
    Setting("quota_person_mb", "limits", Number(0, _GB_MAX)),
    Setting("quota_room_mb", "limits", Number(0, _GB_MAX)),
    Setting("quota_site_mb", "limits", Number(0, _GB_MAX)),
    Setting("announcement_en", "announcement", Line(500, long=True)),
    Setting("announcement_ja", "announcement", Line(500, long=True)),
    Setting("announcement_level", "announcement", Choice(("info", "warning", "urgent"))),
    Setting("announcement_since", "announcement", Moment()),
    Setting("announcement_until", "announcement", Moment()),
    Setting("announcement_dismissible", "announcement", Flag()),
    Setting("announcement_outside", "announcement", Flag()),
    Setting("brand_name", "brand", Line(30)),
    Setting("brand_accent", "brand", Accent()),
    Setting("brand_text", "brand", Line(300, long=True)),
    Setting("retention_days", "retention", Number(0, _YEARS)),
    Setting("audit_days", "retention", Number(30, _YEARS)),
    Setting("mail_days", "retention", Number(1, _YEARS)),
)
SETTINGS: Final[Mapping[str, Setting]] = {setting.name: setting for setting in _ALL}
BRAND_PICTURES: Final = ("logo", "logo_dark", "icon")
"""The pictures of the brand. They are kept beside the settings, as ``brand_…``, and are set by uploading them."""


def values_of(policy: Policy) -> dict[str, Any]:
    """Return the value of every setting, in JSON, as the policy has it."""
    return {name: _value(policy, name) for name in SETTINGS}


def changed(base: Policy, values: Mapping[str, Any]) -> Policy:
    """Return the policy with these values of settings; one that is unknown or fixed by the environment is ignored."""
    wanted = {name: value for name, value in values.items() if name in SETTINGS and name not in base.fixed}
    pictures = {name: values[f"brand_{name}"] for name in BRAND_PICTURES if f"brand_{name}" in values}
    parts: dict[str, Any] = {"brand": {name: BrandPicture(**kept) for name, kept in pictures.items()}}
    parts["announcement"] = {}
    plain: dict[str, Any] = {}
    off = set(base.off)
    for name, value in wanted.items():
        prefix, _, rest = name.partition("_")
        if name.startswith(ALLOW):
            (off.discard if value else off.add)(name.removeprefix(ALLOW))
        elif prefix in parts:
            parts[prefix][rest] = value
        elif name.endswith("_mb"):
            plain[_in_bytes(name)] = value * MB
        else:
            plain[name] = tuple(value) if isinstance(value, list) else value
    brand, announcement = replace(base.brand, **parts["brand"]), replace(base.announcement, **parts["announcement"])
    return replace(base, brand=brand, announcement=announcement, off=frozenset(off), **plain)


def fixed_by(named: frozenset[str]) -> frozenset[str]:
    """Return which of the names that the environment sets are settings of the site."""
    return named & SETTINGS.keys()


def _value(policy: Policy, name: str) -> Any:
    prefix, _, rest = name.partition("_")
    if name.startswith(ALLOW):
        return name.removeprefix(ALLOW) not in policy.off
    if prefix in ("brand", "announcement"):
        return getattr(getattr(policy, prefix), rest)
    if name.endswith("_mb"):
        return getattr(policy, _in_bytes(name)) // MB
    value = getattr(policy, name)
    return list(value) if isinstance(value, tuple) else value


def _in_bytes(name: str) -> str:
    return name.removesuffix("_mb") + "_bytes"
