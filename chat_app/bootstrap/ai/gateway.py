"""Build the model gateway and the answer worker."""

from contextlib import AsyncExitStack

from chat_app.adapters.llm.factory import Gateway, build_gateway, offer_demo
from chat_app.bootstrap.ai.models import llm_config
from chat_app.bootstrap.secrets import revealed
from chat_app.bootstrap.work.supervisor import Supervisor
from chat_app.core.ai.answers.writing.writer import AnswerWriter
from chat_app.core.ai.decisions.decider import Decider
from chat_app.core.ai.drawing.painter import Painter
from chat_app.core.ai.images import StoredImages
from chat_app.core.ai.summaries.summariser import Summariser
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.ports import Hub
from chat_app.core.tools.ports import Toolbox
from chat_app.settings import Settings
from chat_app.worker.answers import AnswerWorker
from chat_app.worker.decisions import DecisionWorker
from chat_app.worker.summaries import SummaryWorker
from chat_app.worker.watching.connections import ConnectionWatch


def open_gateway(settings: Settings, stops: AsyncExitStack) -> Gateway:
    """Return the gateway: in this process, or a client of the configured gateway process."""
    config = llm_config(settings)
    gateway = offer_demo(_remote(settings), config) if settings.llm_gateway else build_gateway(config)
    stops.push_async_callback(gateway.aclose)
    return gateway


def _remote(settings: Settings) -> Gateway:
    from chat_app.adapters.llm_grpc.channel import GatewayAddress, split_address  # gRPC is of no use without
    from chat_app.adapters.llm_grpc.grpc_gateway import GrpcGateway

    target, tls = split_address(settings.llm_gateway or "")
    authority = settings.llm_gateway_ca.read_bytes() if settings.llm_gateway_ca else None
    address = GatewayAddress(target, revealed(settings.llm_gateway_token) or "", tls, authority)
    return GrpcGateway(address, settings.default_model)


def watch_connections(work: UnitOfWork, gateway: Gateway, hub: Hub, supervisor: Supervisor) -> ConnectionWatch:
    """Return what keeps the gateway's connections as the database has them."""
    watch = ConnectionWatch(work, gateway, gateway, hub)
    gateway.on_change(watch.missed)
    work.listeners.append(watch.on_event)
    hub.subscribe(watch.hear, watch.missed)
    supervisor.add("connections", watch.keep)
    supervisor.add("models", watch.keep_warm)
    return watch


def build_answers(
    work: UnitOfWork,
    gateway: Gateway,
    toolbox: Toolbox,
    images: StoredImages,
    painter: Painter,
    stops: AsyncExitStack,
    supervisor: Supervisor,
) -> AnswerWriter:
    """Build the workers of models' answers, decisions and summaries, which stop before the hub. Return the writer."""
    writer = AnswerWriter(work, gateway, toolbox, limits=gateway.limits, images=images, painter=painter)
    _write_answers(work, writer, stops, supervisor)
    _decide(work, gateway, stops, supervisor)
    _summarise(work, gateway, stops)
    return writer


def _write_answers(work: UnitOfWork, writer: AnswerWriter, stops: AsyncExitStack, supervisor: Supervisor) -> None:
    answers = AnswerWorker(writer)
    work.listeners += [writer.on_event, answers.on_event]
    stops.push_async_callback(answers.stop)
    supervisor.add("answers", answers.take_queued)
    supervisor.add("abandoned-answers", answers.end_abandoned)


def _summarise(work: UnitOfWork, gateway: Gateway, stops: AsyncExitStack) -> None:
    """Summarise older messages."""
    summaries = SummaryWorker(Summariser(work, gateway, limits=gateway.limits))
    work.listeners.append(summaries.on_event)
    stops.push_async_callback(summaries.stop)


def _decide(work: UnitOfWork, gateway: Gateway, stops: AsyncExitStack, supervisor: Supervisor) -> None:
    """Let the AI decide whether it joins in."""
    decisions = DecisionWorker(Decider(work, gateway, limits=gateway.limits))
    work.listeners.append(decisions.on_event)
    stops.push_async_callback(decisions.stop)
    supervisor.add("decisions", decisions.take_due)
