"""`python -m chat_app kratos_import`: move the existing accounts to Kratos."""

import asyncio

from chat_app.adapters.auth.kratos.api import KratosApi
from chat_app.adapters.auth.kratos.importing import ImportedAccounts, import_accounts
from chat_app.bootstrap import build, kratos_config
from chat_app.core.identities.errors import AuthUnavailable
from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError


def run(settings: Settings, *, dry_run: bool) -> str:
    """Move all accounts that have not been moved; return the outcome in words. Raises `LaunchError`."""
    try:
        moved = asyncio.run(_run(settings, dry_run))
    except AuthUnavailable:
        raise LaunchError(
            "Kratos does not answer as it should; the log above says how. Whoever has been brought over stays so: run"
            " it again to go on."
        ) from None
    return _report(moved, dry_run)


async def _run(settings: Settings, dry_run: bool) -> ImportedAccounts:
    config = kratos_config(settings)
    if config is None:
        raise LaunchError("Set KRATOS_PUBLIC_URL and KRATOS_ADMIN_URL to where Kratos is.")
    parts, api = build(settings), KratosApi(config)
    try:
        return await import_accounts(parts.work, api, schema=settings.kratos_schema, dry_run=dry_run)
    finally:
        await api.aclose()
        await parts.engine.dispose()


def _report(moved: ImportedAccounts, dry_run: bool) -> str:
    lines = [
        f"{'To be brought' if dry_run else 'Brought'} over: {moved.made}",
        f"Linked to an identity that was there: {moved.linked}",
    ]
    if moved.left:
        lines.append(
            f"Left, because somebody there has their email or username and is not shown to be the same person:"
            f" {', '.join(moved.left)}"
        )
    return "\n".join(lines)
