"""All shapes on the wire: the results of REST, the ops of the live feed, and the data of pages.

``assets/wire.d.ts`` (``make docs``) and OpenAPI are generated from this list.
"""

from typing import Final

from chat_app.core.ai.context.reading.given import GivenJson
from chat_app.core.ai.decisions.queries import DecisionCountJson, DecisionJson
from chat_app.core.ai.preview.context import ContextJson
from chat_app.core.ai.transcription.dictating import DictatedJson
from chat_app.core.ai.translating import TranslationJson
from chat_app.core.ai.wire import ModelJson, ModelNameJson
from chat_app.core.assistants.views import AssistantJson, OfferedAssistantJson
from chat_app.core.audit.views import AuditEntryJson
from chat_app.core.billing.wire import (
    BalanceJson,
    BudgetJson,
    RoomBalanceJson,
    TransactionJson,
    UsageJson,
    UsagePageJson,
)
from chat_app.core.connections.views import ConnectionJson, ListedModelJson
from chat_app.core.files.usage import SpaceJson
from chat_app.core.files.views import FileJson, FileTextJson
from chat_app.core.groups.queries import GroupJson
from chat_app.core.invitations.events import InvitationJson
from chat_app.core.invitations.inviting import InviteOutcomeJson
from chat_app.core.invitations.links import LinkJson
from chat_app.core.kernel.wire import PageJson, PersonJson
from chat_app.core.live.ops.answers import AnyAnswerOp
from chat_app.core.live.ops.outcomes import AnyOutcomeOp
from chat_app.core.live.ops.own import AnyOwnOp
from chat_app.core.live.ops.rooms import AnyRoomOp
from chat_app.core.live.shapes import GroupSizeJson, ListedRoomJson, MyselfJson
from chat_app.core.messages.wire.files import AttachmentJson
from chat_app.core.messages.wire.messages import (
    BranchJson,
    ChangesJson,
    HistoryJson,
    MessageJson,
    ReceiptCountsJson,
    StarJson,
)
from chat_app.core.payments.wire import PaymentJson, PlanJson, PriceJson, SubscriptionJson
from chat_app.core.people.events import PresenceJson
from chat_app.core.prompts.views import OfferedPromptJson, PromptJson
from chat_app.core.rooms.wire import MemberJson, MyRoomJson, ProfileJson, RoomBriefJson, RoomJson
from chat_app.core.safety.ratings import ModelRatingsJson, RatingJson
from chat_app.core.safety.views import ReportJson, SuspendedJson
from chat_app.core.search.hits import HitJson
from chat_app.core.support.views import HelpRequestJson, SessionDetailsJson, SessionJson
from chat_app.core.tools.views import ToolJson, ToolServerJson

SHAPES: Final = (
    PersonJson,
    MyselfJson,
    MemberJson,
    ProfileJson,
    PresenceJson,
    RoomBriefJson,
    RoomJson,
    MyRoomJson,
    ListedRoomJson,
    AttachmentJson,
    FileJson,
    FileTextJson,
    SpaceJson,
    MessageJson,
    HistoryJson,
    ChangesJson,
    StarJson,
    BranchJson,
    ReceiptCountsJson,
    LinkJson,
    InvitationJson,
    InviteOutcomeJson,
    GroupJson,
    GroupSizeJson,
    PromptJson,
    OfferedPromptJson,
    AssistantJson,
    OfferedAssistantJson,
    ModelNameJson,
    ModelJson,
    ConnectionJson,
    ListedModelJson,
    ToolJson,
    ToolServerJson,
    GivenJson,
    ContextJson,
    DecisionJson,
    DictatedJson,
    DecisionCountJson,
    TranslationJson,
    HitJson,
    ReportJson,
    AuditEntryJson,
    SuspendedJson,
    RatingJson,
    ModelRatingsJson,
    HelpRequestJson,
    SessionJson,
    SessionDetailsJson,
    BalanceJson,
    BudgetJson,
    RoomBalanceJson,
    TransactionJson,
    UsageJson,
    UsagePageJson,
    PriceJson,
    PlanJson,
    SubscriptionJson,
    PaymentJson,
    PageJson,
)
"""All shapes on the wire: one shape for each thing, in every transport."""

AnyOp = AnyRoomOp | AnyOwnOp | AnyAnswerOp | AnyOutcomeOp
"""All ops of the live feed; ``t`` is the type."""
