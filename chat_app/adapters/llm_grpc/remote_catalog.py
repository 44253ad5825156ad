"""List the models that the gateway has found."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog

from chat_app.adapters.llm.catalog.offered import Catalog
from chat_app.adapters.llm.config import Provider
from chat_app.adapters.llm_grpc.shapes import read_listed, read_own
from chat_app.adapters.llm_grpc.wire import gateway_pb2 as pb
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.connections.ports import Endpoint, ListedModel

AGAIN_SECONDS: Final = 2.0
"""The seconds until a gateway that did not answer is asked for its models again."""

log = structlog.get_logger()


class RemoteCatalog(Catalog):
    """The models of a gateway. While it is away, the last ones stay on offer.

    ``reached``: the gateway has listed its models at least once. ``own``: the connections of its environment.
    """

    def __init__(self, default: str | None, ask: Callable[[], Awaitable[pb.ListModelsResponse]]) -> None:
        super().__init__({}, default)
        self._ask_gateway = ask
        self._away = False
        self.reached = False
        self.own: list[Endpoint] = []

    async def _look(self, providers: Mapping[str, Provider]) -> None:
        try:
            answer = await self._ask_gateway()
        except LlmError as error:
            if not self._away:
                log.warning("gateway_away", code=error.code)
            self._away = True
            return
        if providers is self.providers:
            self._keep_all(answer)
        was_reached, self._away, self.reached = self.reached, False, True
        if not was_reached:
            self.changed()

    def _keep_all(self, answer: pb.ListModelsResponse) -> None:
        self.own = [read_own(own) for own in answer.own]
        by_slug: dict[str, list[ListedModel]] = {}
        for model in map(read_listed, answer.models):
            by_slug.setdefault(model.slug, []).append(model)
        still_there = {*self.providers, *(own.slug for own in self.own)}
        self._known = {slug: models for slug, models in self._known.items() if slug in still_there} | by_slug
        self._list = None

    def _fresh_seconds(self) -> float:
        return AGAIN_SECONDS if self._away else super()._fresh_seconds()
