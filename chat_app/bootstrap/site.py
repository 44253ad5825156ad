"""Build what keeps the site's settings."""

from chat_app.bootstrap.work.supervisor import Supervisor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.ports import Hub
from chat_app.worker.watching.site import SiteWatch


def watch_site(work: UnitOfWork, hub: Hub, supervisor: Supervisor) -> SiteWatch:
    """Return what keeps the policy as the site's admins have made it."""
    watch = SiteWatch(work, hub)
    work.listeners.append(watch.on_event)
    hub.subscribe(watch.hear, watch.missed)
    supervisor.add("site", watch.keep)
    return watch
