"""How Reflex builds and runs Parley."""

import reflex as rx

from chat_app.launch.pages.locales import LocalesPlugin
from chat_app.launch.pages.one_origin import OneOriginPlugin
from chat_app.launch.pages.preloads import PreloadsPlugin
from chat_app.launch.pages.shared_script import SharedScriptPlugin
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
        "idb-keyval@6.3.0",
        "mdast-util-from-markdown@2.1.0",
        "mdast-util-gfm@3.1.0",
        "mdast-util-to-hast@13.2.2",
        "hast-util-to-jsx-runtime@2.3.7",
        "micromark-extension-gfm-autolink-literal@2.1.0",
        "micromark-extension-gfm-footnote@2.1.0",
        "micromark-extension-gfm-table@2.1.2",
        "micromark-extension-gfm-task-list-item@2.1.0",
        "micromark-util-character@2.1.1",
        "micromark-extension-cjk-friendly@2.0.2",
        "micromark-extension-cjk-friendly-gfm-strikethrough@2.0.1",
        "@mermaid-js/tiny@12.0.0",
        "katex@0.16.22",
        "lowlight@3.3.0",
        "emojibase-data@17.0.0",
    ],
    plugins=[OneOriginPlugin(), SharedScriptPlugin(), LocalesPlugin(), PreloadsPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
