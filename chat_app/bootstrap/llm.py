"""Build the model gateway and the answer worker."""

from contextlib import AsyncExitStack

from chat_app.adapters.llm.factory import Gateway, LlmConfig, Provider, build_gateway
from chat_app.bootstrap.secrets import revealed
from chat_app.bootstrap.supervisor import Supervisor
from chat_app.core.ai.decisions.decider import Decider
from chat_app.core.ai.writer import AnswerWriter
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.ports import Hub
from chat_app.settings import Settings
from chat_app.worker.answers import AnswerWorker
from chat_app.worker.connections import ConnectionWatch
from chat_app.worker.decisions import DecisionWorker


def open_gateway(settings: Settings, stops: AsyncExitStack) -> Gateway:
    """Return the gateway."""
    gateway = build_gateway(_config(settings))
    stops.push_async_callback(gateway.aclose)
    return gateway


def watch_connections(work: UnitOfWork, gateway: Gateway, hub: Hub, supervisor: Supervisor) -> ConnectionWatch:
    """Return what keeps the gateway's connections as the database has them."""
    watch = ConnectionWatch(work, gateway, gateway, hub)
    work.listeners.append(watch.on_event)
    hub.subscribe(watch.hear, watch.missed)
    supervisor.add("connections", watch.keep)
    supervisor.add("models", watch.keep_warm)
    return watch


def build_answers(work: UnitOfWork, writer: AnswerWriter, stops: AsyncExitStack, supervisor: Supervisor) -> None:
    """Return the worker that writes queued answers."""
    answers = AnswerWorker(writer)
    work.listeners += [writer.on_event, answers.on_event]
    stops.push_async_callback(answers.stop)
    supervisor.add("answers", answers.take_queued)
    supervisor.add("abandoned-answers", answers.end_abandoned)


def build_decisions(work: UnitOfWork, gateway: Gateway, stops: AsyncExitStack, supervisor: Supervisor) -> None:
    """Build the worker that has the AI decide whether it joins in."""
    decisions = DecisionWorker(Decider(work, gateway))
    work.listeners.append(decisions.on_event)
    stops.push_async_callback(decisions.stop)
    supervisor.add("decisions", decisions.take_due)


def _config(settings: Settings) -> LlmConfig:
    providers = {}
    for name in ("openai", "anthropic", "gemini"):
        if key := revealed(getattr(settings, f"{name}_api_key")):
            providers[name] = Provider(key, getattr(settings, f"{name}_base_url"))
    if settings.ollama_base_url:
        providers["ollama"] = Provider(base_url=settings.ollama_base_url)
    if settings.compatible_base_url:
        key = revealed(settings.compatible_api_key)
        providers["compatible"] = Provider(key, settings.compatible_base_url, settings.compatible_models)
    return LlmConfig(providers, settings.default_model)
