"""How Reflex builds and runs Parley."""

import reflex as rx

from chat_app.launch.one_origin import OneOriginPlugin
from chat_app.settings import get_settings

_settings = get_settings()

config = rx.Config(
    app_name="chat_app",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    state_manager_mode="memory",  # with several processes too: docs/decisions/redis.md
    redis_token_expiration=15 * 60,  # seconds, in memory too: a state that is missed is made again
    trusted_proxy_hops=_settings.trusted_proxy_hops,
    transport="websocket",
    cors_allowed_origins=[],  # pages and back end share one origin, and nobody else is asked in
    frontend_packages=[
        "i18next@25.6.0",
        "react-markdown@10.1.0",
        "remark-gfm@4.0.1",
        "remark-math@6.0.0",
        "rehype-katex@7.0.1",
        "katex@0.16.22",
        "lowlight@3.3.0",
        "emojibase-data@17.0.0",
    ],
    plugins=[OneOriginPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
