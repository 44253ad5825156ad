"""Load LiteLLM, which takes seconds and a hundred megabytes."""

import gc
import logging
import os
import sys

from chat_app.adapters.llm.catalog.known import OFFERED
from chat_app.adapters.llm.config import Provider
from chat_app.adapters.llm.vendors import VENDORS, prepare
from chat_app.core.ai.ports.gateway import LlmMessage


def import_litellm(providers: dict[str, Provider]) -> None:
    """Import LiteLLM without its telemetry, logging and downloads, and with its lazy imports."""
    if "litellm" not in sys.modules:
        os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.disable_hf_tokenizer_download = True
    logging.getLogger("LiteLLM").setLevel(logging.ERROR)
    for name, provider in providers.items():
        model = next(iter(provider.models or OFFERED.get(provider.kind or name, ())), "any")
        prepare(name, provider, model, [LlmMessage("system", "-"), LlmMessage("user", "-")], 1)
    _forget_unread()
    # LiteLLM's objects stay in memory for good; looking through it costs a full collection 150 ms each time.
    gc.collect()
    gc.freeze()


def _forget_unread() -> None:
    """Free unused data of LiteLLM: the vocabulary of a tokenizer, and a second copy of all prices."""
    from litellm import utils
    from litellm.litellm_core_utils.get_model_cost_map import GetModelCostMap

    for name in ("json_data", "claude_json_str"):
        vars(utils).pop(name, None)
    GetModelCostMap._loaded_catalog = {}


def import_all() -> None:
    """Import what any vendor needs of LiteLLM, so that Python keeps it compiled: an installation does so."""
    import_litellm({name: Provider("-", "http://127.0.0.1", ("any",)) for name in (*VENDORS, "compatible")})
