// What goes over the wire.
// Made by `make docs`; a test keeps it fresh.

/** The parameters of a room's answers; an absent one has the model's default. Only parameters that a model supports are sent to it. `max_tokens` is the maximum length of an answer. */
export interface AiParametersJson {
  temperature?: number;
  max_tokens?: number;
  reasoning_effort?: "low" | "medium" | "high";
}

/** The lowest role that has each right that a room decides about. */
export interface AiRightsJson {
  ask_ai: "reader" | "guest" | "member" | "admin" | "master";
  choose_model: "reader" | "guest" | "member" | "admin" | "master";
  regenerate_any_answer: "reader" | "guest" | "member" | "admin" | "master";
  manage_ai: "reader" | "guest" | "member" | "admin" | "master";
  approve_tools: "reader" | "guest" | "member" | "admin" | "master";
}

/** An announcement of the site's admins, in either language or both. */
export interface AnnouncementJson {
  id: string;
  en: string;
  ja: string;
  level: "info" | "warning" | "urgent";
  dismissible: boolean;
}

/** The fields of an AI's message. `error`: the reason of a failure; for a complete answer, that it was cut or is a refusal. `cost`: of everything that the model read and wrote, in millionths of a US dollar; absent if a price is unknown. `outdated`: the question was edited after the answer was requested. `instead_of`: the model that could not answer, if the room's fallback, `model`, did. `before`: for an answer that is queued at a full connection, the number of answers before it. `assistant`: the assistant as which `model` answers. `drawing`: a picture was requested, whose prompt is the text. `reasoning`: the model's reasoning before the answer, if the model showed it. `tool_calls`: the tool calls of the answer, absent without any. `branches`: the number of its texts, absent for only one. They are numbered without gaps from `first_branch`, absent for 1; `branch` is the number of the text that is the answer. */
export interface AnswerJson {
  run: string | null;
  model: string | null;
  asker: PersonJson | null;
  status: "queued" | "streaming" | "complete" | "stopped" | "failed";
  error: string | null;
  tokens: number | null;
  cost?: number;
  outdated?: true;
  instead_of?: string;
  before?: number;
  assistant?: AssistantNameJson;
  reasoning?: ReasoningJson;
  tool_calls?: Array<ToolCallJson>;
  drawing?: DrawingJson;
  branches?: number;
  branch?: number;
  first_branch?: number;
}

/** `around`: a message, and those before and after it. */
export interface AroundOp {
  room: string;
  messages: Array<MessageJson>;
  starred: Array<string>;
  rated?: Record<string, Record<string, "up" | "down">>;
  more: boolean;
  t: "around";
  message: string;
}

/** `aside`: your aside of a `room` is there. */
export interface AsideOp {
  t: "aside";
  room: string;
  aside: string;
}

/** An assistant. Messages ask it by `@` and its `handle`. Its `model` writes its answers, or the room's if that is null. `picture` is the version of its picture, at `/assistants/{id}/picture?v={picture}`. `author` is null for the site's own. */
export interface AssistantJson {
  id: string;
  handle: string;
  name: string;
  description: string;
  model: string | null;
  instructions: string;
  tools: Array<string>;
  picture: number | null;
  shared: boolean;
  author: PersonJson | null;
  created_at: string;
  updated_at: string;
}

/** The assistant as which a model answers. `id` is null once it is deleted; `picture` is the version of its picture, at `/assistants/{id}/picture?v={picture}`. */
export interface AssistantNameJson {
  id: string | null;
  name: string;
  picture: number | null;
}

/** `assistants`: the assistants that you may ask, your own first, then the site's. */
export interface AssistantsOp {
  t: "assistants";
  assistants: Array<OfferedAssistantJson>;
}

/** A file of a message: at `/attachments/{id}/file`, and with `thumbnails` at `/attachments/{id}/thumbnail`. `kind`: `image`, `video`, `audio`, `pdf`, `document`, `text` or `archive`. `size` is in bytes, `width` and `height` in pixels as displayed, `seconds` the duration, `pages` the number of pages. For a voice message, `peaks` are the loudness: up to 64 numbers from 0 to 31, each for a part of the same length. */
export interface AttachmentJson {
  id: string;
  name: string;
  mime_type: string;
  kind: string;
  size: number;
  width: number | null;
  height: number | null;
  caption?: string;
  thumbnails?: number;
  seconds?: number;
  peaks?: Array<number>;
  transcript?: TranscriptJson;
  pages?: number;
  animated?: true;
  exclude_from_ai?: true;
}

/** An action of the staff, with the affected `person`, if there is one; `suspended` says whether that person is suspended now. `details` are short values about the change; without an actor, their `source` names the directory. `room_name` and `group_name` are the present names: null for what is deleted, empty if the staff see none. */
export interface AuditEntryJson {
  id: string;
  at: string;
  actor: PersonJson | null;
  action: "dismiss_report" | "delete_message" | "suspend_user" | "restore_user" | "delete_prompt" | "delete_assistant" | "change_roles" | "sign_out_user" | "reset_second_factor" | "delete_user" | "retry_job" | "drop_job" | "export_audit" | "archive_room" | "unarchive_room" | "delete_room" | "give_room" | "revoke_links" | "cancel_invitation" | "rename_group" | "delete_group" | "delete_file" | "change_settings" | "take_over" | "hand_back" | "test_alert" | "add_application" | "change_application" | "rotate_secret" | "delete_application" | "change_group" | "set_budget" | "grant_tokens" | "give_tokens" | "approve_user" | "decline_user" | "invite_user" | "revoke_invitation" | "expire_messages" | "add_connection" | "change_connection" | "delete_connection" | "change_model" | "add_tool_server" | "change_tool_server" | "delete_tool_server" | "add_assistant" | "change_assistant" | "remove_assistant";
  person: PersonJson | null;
  suspended: boolean;
  room: string | null;
  message: string | null;
  report: string | null;
  details: Record<string, unknown>;
  room_name: string | null;
  group: string | null;
  group_name: string | null;
}

/** A person's balance, in millionths of a token credit: `available`, which may be below zero by `credit_limit`, and `reserved` for answers that are being written. `credits_per_dollar` are charged for a US dollar of a vendor's price. */
export interface BalanceJson {
  available: number;
  reserved: number;
  credit_limit: number;
  credits_per_dollar: number;
  billing: "off" | "count" | "on";
}

/** `balance`: your balance has changed; a tab that shows it asks for it. */
export interface BalanceOp {
  t: "balance";
}

/** `bans`: the people who are banned from the room. */
export interface BansOp {
  t: "bans";
  room: string;
  people: Array<PersonJson>;
}

/** `blocked`: exactly the people whom you block. */
export interface BlockedOp {
  t: "blocked";
  users: Array<string>;
}

/** One text of an answer: the `chosen` one is the answer, the others are its branches. It may have files. `n` never changes. `error`, `tokens` and `cost` are as in an answer. */
export interface BranchJson {
  n: number;
  text: string;
  model: string | null;
  assistant?: AssistantNameJson;
  status: "queued" | "streaming" | "complete" | "stopped" | "failed";
  error: string | null;
  tokens: number | null;
  cost?: number;
  created_at: string;
  chosen: boolean;
  attachments?: Array<AttachmentJson>;
}

/** `branch`: one text of an answer, as you requested. */
export interface BranchOp {
  t: "branch";
  room: string;
  message: string;
  branch: BranchJson;
}

/** A brand: the site's `name`, `styles` for the page, the address of an `icon`. What is empty is Parley's. */
export interface BrandJson {
  name: string;
  styles: string;
  icon: string;
}

/** A budget of a calendar month (UTC), in millionths of a token credit: `spent` of its `amount` is used, and `reserved` for answers that are being written. A `hard` one refuses further usage; `alerts` are percentages. `person` is the person whose usage it limits, if there is one. */
export interface BudgetJson {
  scope: "own" | "person" | "room" | "member" | "group" | "site";
  person: PersonJson | null;
  amount: number;
  hard: boolean;
  alerts: Array<number>;
  spent: number;
  reserved: number;
  renews_at: string;
}

/** `budget`: `percent` of a budget that concerns you is used; `name` is that of its room or group. */
export interface BudgetOp {
  t: "budget";
  scope: "own" | "person" | "room" | "member" | "group" | "site";
  name: string;
  percent: number;
}

/** Messages that changed, up to the revision `rev`, in order of `seq`; with `more`, there are too many to list. */
export interface ChangesJson {
  items: Array<MessageJson>;
  more: boolean;
  rev: number;
  starred: Array<string>;
  rated?: Record<string, Record<string, "up" | "down">>;
}

/** The outcomes of the answers by a connection's models in the last 24 hours. `answers` were completed or stopped; `failed` counts the other ones by the code of their error, including those that a fallback answered. `running` and `waiting` are present numbers. */
export interface ConnectionDayJson {
  answers: number;
  failed: Record<string, number>;
  running: number;
  waiting: number;
}

/** A connection. A connection of the environment has no `id`, and cannot be changed here. `at_once` limits simultaneous answers, null for no limit. `problem` is the error code of the last test; `headers` are the names of the extra headers. `paused`: it failed repeatedly, so its answers fail at once for so many seconds, until it is tried again. Lists include its last `day`. */
export interface ConnectionJson {
  id: string | null;
  slug: string;
  kind: string;
  name: string;
  base_url: string;
  has_key: boolean;
  headers: Array<string>;
  at_once: number | null;
  enabled: boolean;
  tested_at: string | null;
  problem: string | null;
  paused: number | null;
  day?: ConnectionDayJson;
}

/** The context of a question asked now: the room's newest messages, and the room's `instructions`. `tokens` are `estimated` if the model's own tokenizer is not available. `cost` is the cost of reading them, in millionths of a US dollar; null if the price is unknown. */
export interface ContextJson {
  model: string | null;
  assistant: string | null;
  messages: number;
  files: number;
  tokens: number | null;
  kept: Array<string>;
  left_out: Array<LeftOutJson>;
  summary: SummaryJson | null;
  estimated: boolean;
  cost: number | null;
  instructions: string;
}

/** The decisions of a model in the last 30 days, with tokens and cost; `cost` as in a decision. */
export interface DecisionCountJson {
  model: string;
  decisions: number;
  spoken: number;
  reacted: number;
  prompt_tokens: number;
  completion_tokens: number;
  cost: number | null;
}

/** A decision about a message: to speak, to react with the `emoji`, or to stay silent, and the model's `reason`. `dropped`: the decision was too late, and had no effect. `error` is the code of the error that kept the AI silent. `cost` is in millionths of a US dollar; null if the price is unknown. */
export interface DecisionJson {
  message: string;
  choice: "speak" | "react" | "silent";
  reason: string;
  emoji: string | null;
  dropped: boolean;
  error: string | null;
  model: string | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  cost: number | null;
  at: string;
}

/** The transcript of a dictation, empty for silence. */
export interface DictatedJson {
  text: string;
}

/** `dismissed`: you have dismissed an announcement, in this tab or another. */
export interface DismissedOp {
  t: "dismissed";
  announcement: string;
}

/** `done`: a dialog may close. */
export interface DoneOp {
  t: "done";
  dialog: string;
}

/** A model that draws pictures. One that is `locked` does not for this person, and may have drawn in rooms all the same. */
export interface DrawerJson {
  id: string;
  label: string;
  locked?: boolean;
}

/** A requested picture: its chosen `size`, such as `1024x1024`, if any, and after the drawing its cost in millionths of a US dollar, if it is known. */
export interface DrawingJson {
  size?: string;
  cost?: number;
}

/** `entered`: the present state of a room, its newest messages, and your permissions there. */
export interface EnteredOp {
  room: string;
  messages: Array<MessageJson>;
  starred: Array<string>;
  rated?: Record<string, Record<string, "up" | "down">>;
  more: boolean;
  rev: number;
  my: MyRoomJson;
  can: Array<"view" | "send" | "ask_ai" | "choose_model" | "regenerate_any_answer" | "manage_ai" | "approve_tools" | "mention_all" | "pin" | "invite" | "manage_members" | "edit_room" | "export_room" | "delete_any_message" | "archive_room" | "transfer_room" | "manage_billing" | "delete_room">;
  members: Array<MemberJson>;
  people: number;
  requests: Array<PersonJson>;
  seen: Record<string, Array<number>> | null;
  stars: Array<string> | null;
  ratings: Record<string, Record<string, "up" | "down">> | null;
  t: "entered";
}

/** `favorite_models`: the models that come first where you choose one, by their ids. */
export interface FavoriteModelsOp {
  t: "favorite_models";
  models: Array<string>;
}

/** `favorite`: you marked a room as a favorite, or removed the mark. */
export interface FavoriteOp {
  t: "favorite";
  room: string;
  on: boolean;
}

/** A file, with addresses that work until `expires_at` for everybody who has them. `problem`: why it was refused. `message` is the message with which it was sent, `uploader` the id of its uploader. `upload` is set when it is announced or resumed, and its bytes are incomplete. */
export interface FileJson {
  id: string;
  name: string;
  mime_type: string;
  kind: string;
  size: number;
  width: number | null;
  height: number | null;
  caption?: string;
  thumbnails?: number;
  seconds?: number;
  peaks?: Array<number>;
  transcript?: TranscriptJson;
  pages?: number;
  animated?: true;
  exclude_from_ai?: true;
  status: "pending" | "checking" | "ready" | "refused";
  problem: string | null;
  url: string | null;
  thumbnail_url: string | null;
  expires_at: string;
  uploader: string | null;
  message: string | null;
  sent_at: string | null;
  upload?: UploadJson;
}

/** The beginning of a file's text, and whether it is the `whole`. */
export interface FileTextJson {
  text: string;
  whole: boolean;
}

/** `forecast`: the prompts that the `models` asked by your draft would get from a room; `of` is the number of your request. `messages`, `files` and `tokens` are those of the first model; the tokens are `estimated` unless its own tokenizer counted them. `cost` is the cost of reading for all models, in millionths of a US dollar, null if a price is unknown. `blind` is the name of the first model that cannot see pictures, or empty. If people pay, `payer` is `you`, or the `other` person named `pays`, or the `site`; `most` is the maximum cost of the answers, in millionths of a token credit; `enough` says whether they can begin with the available balance, and `within` whether budgets allow them. */
export interface ForecastOp {
  t: "forecast";
  room: string;
  of: number;
  models: number;
  messages: number;
  files: number;
  tokens: number;
  estimated: boolean;
  cost: number | null;
  blind: string;
  payer: "" | "you" | "other" | "site";
  pays: string;
  most: number;
  enough: boolean;
  within: boolean;
}

/** The context of an answer: the number of `messages`, their ids in `kept`, and those `left_out`. `files` is the number of the files of these messages: all are named, the newest are included with their contents. `assistant` is the name of the assistant that answers. `tokens` is the vendor's count, null if there is none. The `summary` replaces the messages that are left out as `summarised`. */
export interface GivenJson {
  model: string | null;
  assistant: string | null;
  messages: number;
  files: number;
  tokens: number | null;
  kept: Array<string>;
  left_out: Array<LeftOutJson>;
  summary: SummaryJson | null;
}

/** `gone`: the room was deleted. */
export interface GoneOp {
  t: "gone";
  room: string;
}

/** A group, its people by name. */
export interface GroupJson {
  id: string;
  name: string;
  members: Array<PersonJson>;
}

/** A group, and how many `people` are in it. */
export interface GroupSizeJson {
  id: string;
  name: string;
  people: number;
}

/** `help`: the number of conversations that wait for support; `room` is the one that has changed. */
export interface HelpOp {
  t: "help";
  waiting: number;
  room?: string;
}

/** A request for help and its outcome. It has no asker if the site's policy let support join. */
export interface HelpRequestJson {
  id: string;
  asked_by: PersonJson | null;
  reason: string;
  asked_at: string;
  taken_by: PersonJson | null;
  taken_at: string | null;
  ended_at: string | null;
  ended: "withdrawn" | "released" | "away" | "left" | "closed" | null;
  note: string;
}

/** A page of messages in order of `seq`, at the revision `rev`; `next` is the `cursor` of the next page. `starred` has the ids of messages that the person has marked, `rated` their own ratings of answers, by message and number of the text; absent without any. */
export interface HistoryJson {
  items: Array<MessageJson>;
  next: string;
  rev: number;
  starred: Array<string>;
  rated?: Record<string, Record<string, "up" | "down">>;
}

/** A found message, its room, and the matching line; with the `page` if a file's text matches. */
export interface HitJson {
  message: MessageJson;
  room: string;
  room_name: string;
  excerpt: Array<PartJson>;
  file?: string;
  page?: number;
}

/** `inbox`: the rooms into which you are asked. */
export interface InboxOp {
  t: "inbox";
  invitations: Array<InvitationJson>;
}

/** `invitation_ended`: an invitation was answered or taken back. */
export interface InvitationEndedOp {
  t: "invitation_ended";
  id: string;
}

/** A person who is invited to a room. */
export interface InvitationJson {
  id: string;
  room: RoomBriefJson;
  role: "reader" | "guest" | "member" | "admin" | "master";
  person: PersonJson;
  inviter: PersonJson | null;
  at: string;
}

/** `invitation`: you are asked into a room. */
export interface InvitationOp {
  t: "invitation";
  i: InvitationJson;
}

/** `invitations`: the pending invitations of a room, and the groups that you could invite. */
export interface InvitationsOp {
  t: "invitations";
  room: string;
  pending: Array<InvitationJson>;
  groups: Array<GroupSizeJson>;
}

/** The outcome of an invitation; `mailed` is an address that has no account. */
export interface InviteOutcomeJson {
  outcome: "invited" | "already_invited" | "already_in" | "blocked" | "banned" | "mailed";
  person: PersonJson | null;
  address: string;
}

/** `invite_outcomes`: the outcomes of inviting people to a room. */
export interface InviteOutcomesOp {
  t: "invite_outcomes";
  room: string;
  asked: Array<InviteOutcomeJson>;
}

/** `invited`: the pending invitations of the room have changed. */
export interface InvitedOp {
  t: "invited";
  room: string;
}

/** `join_declined`: your join request was declined. */
export interface JoinDeclinedOp {
  t: "join_declined";
  room: string;
  name: string;
}

/** `joined`: you are in a room, where messages up to the `seq` `sees_after` do not exist for you. */
export interface JoinedOp {
  t: "joined";
  room: string;
  sees_after: number;
}

/** `kept`: the message that you sent with this `nonce` has this id; the message itself follows. */
export interface KeptOp {
  t: "kept";
  id: string;
  nonce: string;
}

/** `left`: you are in a room no more. */
export interface LeftOp {
  t: "left";
  room: string;
  removed?: true;
}

/** A message that the model does not see, and the reason. */
export interface LeftOutJson {
  id: string;
  reason: string;
}

/** The content of a line about the room. Its author has `joined`, `left` or `renamed` the room to `name`; or has `removed` a person of `people`, given them the `role`, or made them the `owner`; or has asked for help or withdrawn that, joined as support or handed back, or asked the AI while it is silent. */
export interface LineJson {
  kind: "joined" | "left" | "removed" | "renamed" | "role" | "owner" | "help_asked" | "help_withdrawn" | "help_taken" | "help_released" | "askers_pay" | "owner_pays" | "keeps" | "ai_silent";
  people?: Array<PersonJson>;
  name?: string;
  role?: "reader" | "guest" | "member" | "admin" | "master";
}

/** An active invite link, for members who may invite. Anybody with the `token` can join. The `token` is empty if the site has lost the key that encrypted it. */
export interface LinkJson {
  id: string;
  token: string;
  role: "reader" | "guest" | "member" | "admin" | "master";
  sent_to: string | null;
  uses: number;
  max_uses: number | null;
  created_at: string;
  expires_at: string | null;
}

/** `links`: the room's invite links, and the one that you have just created. */
export interface LinksOp {
  t: "links";
  room: string;
  links: Array<LinkJson>;
  made: string;
}

/** A model of the catalogue. Sizes are in tokens, prices in US cents for a million tokens. A model for `admins_only` may also be chosen by the people of these `groups`. The model that `decides` is asked whether the AI of a room joins in. */
export interface ListedModelJson {
  id: string;
  label: string;
  connection: string;
  offered: boolean;
  admins_only: boolean;
  groups: Array<string>;
  decides: boolean;
  context_window: number;
  max_output: number;
  price_in: number | null;
  price_cached: number | null;
  price_out: number | null;
  abilities: Array<string>;
}

/** `listed`: these are among your rooms too. */
export interface ListedOp {
  t: "listed";
  rooms: Array<ListedRoomJson>;
}

/** A room in the person's list, with the places of unread `mentions` and of `deleted` unread messages. If there are many deleted ones, it has the places of the newest, and the number of the others, `older_deleted`. A `small` room shows its members' presence; `got` is the `seq` of the last message that the person has received. An unnamed group chat has the `names` of some of its people. Usual values are left out: the browser's `UNSAID` has them. */
export interface ListedRoomJson {
  id: string;
  name: string;
  rev: number;
  role: "reader" | "guest" | "member" | "admin" | "master";
  seq: number;
  read: number;
  at: string;
  description?: string;
  ai_model?: string | null;
  ai_fallback_model?: string | null;
  ai_assistant?: RoomAssistantJson | null;
  ai_parameters?: AiParametersJson;
  ai_tools?: Array<string>;
  ai_rule?: "mentioned" | "helpful" | "always" | "never";
  archived?: boolean;
  ai_rights?: AiRightsJson;
  ai_context_cutoff_at?: string | null;
  ai_summary_seq?: number | null;
  slow_seconds?: number;
  keeps_days?: number;
  join_approval?: boolean;
  newcomers_see?: "everything" | "from_here";
  sees_after?: number;
  kind?: "room" | "chat" | "group" | "direct" | "aside";
  closed?: boolean;
  parent?: string | null;
  help?: "none" | "requested" | "taken";
  help_by?: string | null;
  assisted?: boolean;
  payer?: "owner" | "asker" | "site";
  peer?: PersonJson | null;
  mentions?: Array<number>;
  deleted?: Array<number>;
  older_deleted?: number;
  small?: boolean;
  got?: number;
  favorite?: boolean;
  names?: Array<string>;
}

/** `me`: your profile, as other people see it. */
export interface MeOp {
  t: "me";
  me: MyselfJson;
}

/** A member of a room. */
export interface MemberJson {
  id: string;
  username: string;
  name: string;
  color: string;
  avatar: number | null;
  role: "reader" | "guest" | "member" | "admin" | "master";
}

/** `member_left`: a person has left the room. */
export interface MemberLeftOp {
  t: "member_left";
  room: string;
  rev: number;
  user: string;
}

/** `member`: a member's present state; `joined` for a new member. */
export interface MemberOp {
  t: "member";
  room: string;
  rev: number;
  m: MemberJson;
  joined?: true;
}

/** `members`: all who are in the room. */
export interface MembersOp {
  t: "members";
  room: string;
  rev: number;
  members: Array<MemberJson>;
}

/** A message. Absent or false fields are left out; a deleted message has no text. With an `event` it is a line about the room, without text. `visibility` is only in REST: *private* in an aside. */
export interface MessageJson {
  id: string;
  seq: number;
  rev: number;
  text: string;
  at: string;
  author: PersonJson | null;
  edited?: true;
  exclude_from_ai?: true;
  pinned_for_ai?: true;
  deleted?: true;
  nonce?: string;
  reply?: QuoteJson;
  ai?: AnswerJson;
  pinned?: true;
  reactions?: Array<ReactionJson>;
  mentions?: Array<PersonJson>;
  mentions_all?: true;
  attachments?: Array<AttachmentJson>;
  event?: LineJson;
  visibility?: "public" | "private";
}

/** `message`: add this message, or replace its older version. */
export interface MessageOp {
  t: "message";
  room: string;
  m: MessageJson;
}

/** A model that may be chosen, and its properties; sizes are in tokens. Messages call it by `@` and its `handle`. It is a `favorite` where the person has marked it as such. Prices are in US cents for a million tokens: read, read from the provider's cache, and written. */
export interface ModelJson {
  id: string;
  handle: string;
  label: string;
  provider: string;
  context_window: number;
  max_output: number;
  is_demo: boolean;
  price_in: number | null;
  price_cached: number | null;
  price_out: number | null;
  abilities: Array<"vision" | "tools" | "reasoning" | "audio" | "drawing">;
  favorite: boolean;
}

/** A model, the `handle` by which messages call it, its provider, and its prices for a million tokens read and written, as `$2.00 / $10.00`; empty if unknown. `can` has a letter for each ability, `v` for images, `t` for tools, `r` for reasoning, `a` for audio, `d` for drawing. One that is `locked` cannot be chosen by this person, and may write answers in rooms all the same. */
export interface ModelNameJson {
  id: string;
  handle: string;
  label: string;
  provider: string;
  price: string;
  can?: string;
  locked?: boolean;
}

/** The numbers of ratings of a model's answers. */
export interface ModelRatingsJson {
  model: string | null;
  up: number;
  down: number;
}

/** `models`: the offered models of this site, the default first; the maximum length of a message; which models draw; whether dictation and reading aloud are available; whether the site `counts` usage, and people are `billed` for it; and whether support may join conversations without a request. */
export interface ModelsOp {
  t: "models";
  models: Array<ModelNameJson>;
  message_max: number;
  drawers: Array<DrawerJson>;
  dictates: boolean;
  speaks: boolean;
  counts: boolean;
  billed?: true;
  support_joins?: true;
}

/** A room, with the person's role and read state. A direct chat has the `peer`, the other person, in place of a name. `seq` is the number of the last message, `read` that of the last one that the person has read, `at` the time of the last message. Messages up to `sees_after` do not exist for the person; it is 0 if they see everything. */
export interface MyRoomJson {
  id: string;
  name: string;
  description: string;
  ai_model: string | null;
  ai_fallback_model: string | null;
  ai_assistant: RoomAssistantJson | null;
  ai_parameters: AiParametersJson;
  ai_tools: Array<string>;
  ai_rule: "mentioned" | "helpful" | "always" | "never";
  archived: boolean;
  ai_rights: AiRightsJson;
  ai_context_cutoff_at: string | null;
  ai_summary_seq: number | null;
  slow_seconds: number;
  keeps_days: number;
  join_approval: boolean;
  newcomers_see: "everything" | "from_here";
  kind: "room" | "chat" | "group" | "direct" | "aside";
  closed: boolean;
  parent: string | null;
  help: "none" | "requested" | "taken";
  help_by: string | null;
  assisted: boolean;
  payer: "owner" | "asker" | "site";
  rev: number;
  peer: PersonJson | null;
  role: "reader" | "guest" | "member" | "admin" | "master";
  seq: number;
  read: number;
  sees_after: number;
  at: string;
}

/** The person who asks, with their language and theme. */
export interface MyselfJson {
  id: string;
  username: string;
  name: string;
  color: string;
  avatar: number | null;
  locale: string;
  theme: string;
}

/** `newer`: the page of messages after the place `after`. */
export interface NewerOp {
  room: string;
  messages: Array<MessageJson>;
  starred: Array<string>;
  rated?: Record<string, Record<string, "up" | "down">>;
  more: boolean;
  t: "newer";
  after: number;
}

/** `news`: a message was sent, edited or deleted in a room that is not open; or it is a `line` about the room. */
export interface NewsOp {
  t: "news";
  room: string;
  seq: number;
  at: string;
  author: string | null;
  deleted?: true;
  line?: true;
  mentions?: Array<string>;
  mentions_all?: true;
}

/** An assistant that the composer offers; `by` is its author's name, empty for the person's own and the site's. */
export interface OfferedAssistantJson {
  id: string;
  handle: string;
  name: string;
  description: string;
  picture: number | null;
  by: string;
}

/** A prompt that the composer offers; `by` is its author's name, empty for the person's own. */
export interface OfferedPromptJson {
  id: string;
  name: string;
  description: string;
  by: string;
}

/** `older`: the page of messages before the place `before`. */
export interface OlderOp {
  room: string;
  messages: Array<MessageJson>;
  starred: Array<string>;
  rated?: Record<string, Record<string, "up" | "down">>;
  more: boolean;
  t: "older";
  before: number;
}

/** `once`: data that is shown once: an authenticator's secret and QR code, recovery codes, or an API token. `passkey` are the options to create a passkey, as JSON. */
export interface OnceOp {
  t: "once";
  secret?: string;
  qr?: string;
  codes?: string;
  token?: string;
  passkey?: string;
}

/** A part of an excerpt; `hit` if it matches the query. */
export interface PartJson {
  text: string;
  hit: boolean;
}

/** `passed`: something has changed that does not exist for you; the room has this `rev` now. */
export interface PassedOp {
  t: "passed";
  room: string;
  rev: number;
}

/** A payment. `refunded` is a part of its price; `taken_back` are the `tokens` that refunds took back. */
export interface PaymentJson {
  id: string;
  rail: string;
  item: string;
  status: string;
  price: PriceJson;
  refunded: number;
  tokens: number;
  taken_back: number;
  at: string;
  page: string | null;
}

/** A person. `avatar` is the version of their picture, at `/users/{id}/avatar?v={avatar}`. */
export interface PersonJson {
  id: string;
  username: string;
  name: string;
  color: string;
  avatar: number | null;
}

/** `person`: a person appears so from now on. */
export interface PersonOp {
  t: "person";
  who: PersonJson;
}

/** `pins`: the room's pinned messages, the newest pin first. */
export interface PinsOp {
  t: "pins";
  room: string;
  pins: Array<MessageJson>;
}

/** A plan or a pack. `tokens` are micro-units of a token credit: of a plan for each period that is paid. `interval` is `month` or `year` for a plan, empty for a pack. `names` are by language. */
export interface PlanJson {
  id: string;
  kind: string;
  names: Record<string, string>;
  tokens: number;
  prices: Array<PriceJson>;
  interval: string;
  trial_days: number;
  trial_tokens: number;
  products: Record<string, string>;
}

/** `policy`: the features that are switched `off`, the days for which the site `keeps` messages (0 for ever), and the present announcement; at an arrival, also the one that you have `seen`. Without a `brand` the site looks like Parley. */
export interface PolicyOp {
  t: "policy";
  off: Array<"rooms" | "invite_links" | "direct" | "ai" | "images" | "voice" | "uploads" | "tools" | "assistants" | "api_tokens">;
  keeps: number;
  announcement: AnnouncementJson | null;
  seen?: string;
  brand?: BrandJson;
}

/** A person's state of presence, and when they were last here. An empty `state` is hidden from everybody. */
export interface PresenceJson {
  id: string;
  state: "online" | "away" | "offline";
  seen: string | null;
}

/** `presence`: these people are now so present. */
export interface PresenceOp {
  t: "presence";
  people: Array<PresenceJson>;
}

/** A price: `amount` is in the currency's smallest unit, which has so many `decimals`. */
export interface PriceJson {
  currency: string;
  amount: number;
  decimals: number;
}

/** A person as the caller sees them: `rooms` are shared ones. `presence` may be hidden. */
export interface ProfileJson {
  id: string;
  username: string;
  name: string;
  color: string;
  avatar: number | null;
  since: string;
  contact: boolean;
  blocked: boolean;
  rooms: Array<RoomNameJson>;
  presence: PresenceJson | null;
}

/** A saved prompt. Its `variables` are those of its `text`. */
export interface PromptJson {
  id: string;
  name: string;
  description: string;
  text: string;
  variables: Array<VariableJson>;
  shared: boolean;
  author: PersonJson;
  created_at: string;
  updated_at: string;
}

/** `prompt`: the prompt that you have taken: its `text`, or null while values are missing for its `variables`. */
export interface PromptOp {
  t: "prompt";
  id: string;
  name: string;
  variables: Array<VariableJson>;
  text: string | null;
}

/** `prompts`: the prompts that the composer offers, your own first. With `more` there are others by more letters. */
export interface PromptsOp {
  t: "prompts";
  prompts: Array<OfferedPromptJson>;
  more: boolean;
}

/** The message that another one replies to, its text cut short. `model` is known once an answer is whole. `author` is the name of a person, or of the assistant that answered. `seq` is its number, 0 if it does not exist for the reader, who sees no messages from so early: then all else but the `id` is empty too. */
export interface QuoteJson {
  id: string;
  author: string | null;
  ai: boolean;
  model: string | null;
  text: string;
  seq: number;
}

/** `rated`: you rated the text `n` of an answer, or took the rating back; then `value` is empty. */
export interface RatedOp {
  t: "rated";
  room: string;
  message: string;
  n: number;
  value: "up" | "down" | "";
}

/** A rating of an answer that a `model` wrote, and the reason in the person's words, empty for none. */
export interface RatingJson {
  model: string | null;
  value: "up" | "down";
  reason: string;
  at: string;
}

/** One emoji as a reaction to a message, and the ids of the people and models who added it, in order of time. */
export interface ReactionJson {
  emoji: string;
  by: Array<string>;
  models?: Array<string>;
}

/** `read`: you read up to here; or, as `unread`, no further, by your own wish. */
export interface ReadOp {
  t: "read";
  room: string;
  seq: number;
  unread?: true;
}

/** The reasoning of a model before its answer, and for how many `seconds` it took. */
export interface ReasoningJson {
  text: string;
  seconds: number;
}

/** `reasoning`: the reasoning of an answer grew, and took so many `seconds`; the rest as in `stream`. */
export interface ReasoningOp {
  t: "reasoning";
  room: string;
  id: string;
  seq: number;
  run: string;
  at: number;
  text: string;
  seconds: number;
  anew?: true;
}

/** The numbers of people who have read a message and who have only received it; `of` is the number of people in the room without the author. Only people who share their receipts count. */
export interface ReceiptCountsJson {
  read: number;
  got: number;
  of: number;
}

/** `receipts`: how many have read a message. */
export interface ReceiptsOp {
  read: number;
  got: number;
  of: number;
  t: "receipts";
  room: string;
  message: string;
}

/** `refused`: the tab's request cannot be done, and the reason. */
export interface RefusedOp {
  t: "refused";
  about: string;
  code: string;
  details: Record<string, unknown>;
}

/** A report as admins see it; `text` is the message's text when it was reported. `room` and `message` are its place, for an admin who is a member there. */
export interface ReportJson {
  id: string;
  at: string;
  reporter: PersonJson | null;
  person: PersonJson | null;
  suspended: boolean;
  reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "other";
  note: string;
  text: string;
  is_message: boolean;
  can_delete: boolean;
  room_name: string;
  room: string | null;
  message: string | null;
  resolution: "dismissed" | "deleted" | "suspended" | null;
  resolved_by: PersonJson | null;
}

/** `reports`: the number of reports that wait for the site's admins. */
export interface ReportsOp {
  t: "reports";
  pending: number;
}

/** `requests`: these wait to be let into the room. */
export interface RequestsOp {
  t: "requests";
  room: string;
  people: Array<PersonJson>;
}

/** `resync`: ops may be missing; the tab requests everything again, within two seconds. */
export interface ResyncOp {
  t: "resync";
}

/** `rev`: the room's revision; a tab with an older one has missed something. */
export interface RevOp {
  t: "rev";
  room: string;
  rev: number;
}

/** `role`: your role, your permissions, and the join requests if you may approve them. */
export interface RoleOp {
  t: "role";
  room: string;
  rev: number;
  role: "reader" | "guest" | "member" | "admin" | "master";
  can: Array<"view" | "send" | "ask_ai" | "choose_model" | "regenerate_any_answer" | "manage_ai" | "approve_tools" | "mention_all" | "pin" | "invite" | "manage_members" | "edit_room" | "export_room" | "delete_any_message" | "archive_room" | "transfer_room" | "manage_billing" | "delete_room">;
  requests: Array<PersonJson>;
}

/** The assistant that answers in a room if a message names no other. */
export interface RoomAssistantJson {
  id: string;
  name: string;
}

/** The payer in a room for the person's questions: `pays` is null if the site pays. `balance` is the person's own, if they pay; `enough` says whether the shortest answer of the room's model can be paid, which is always true for a model without a price. An `absent` owner is suspended, so the person who asks pays. */
export interface RoomBalanceJson {
  payer: "owner" | "asker" | "site";
  pays: PersonJson | null;
  balance: BalanceJson | null;
  enough: boolean;
  absent: boolean;
  billing: "off" | "count" | "on";
}

/** A room as people see it before they join. */
export interface RoomBriefJson {
  id: string;
  name: string;
  description: string;
}

/** A room as all its members see it. A direct chat has no name; a block may have `closed` it. It answers as `ai_assistant`, if one is chosen. If the room's model cannot answer, `ai_fallback_model` does. `ai_tools` are the ids of the tools that models may call here. Models see no message from before `ai_context_cutoff_at`; a summary for them covers the messages up to the `seq` `ai_summary_seq`. An aside belongs to its `parent`. New members see `everything`, or the messages `from_here`: from the time of that choice. Support's `help` was requested by `help_by`; or the supporter `help_by` has taken the room over, and the AI is silent: the room stays `assisted` afterwards. `payer` pays for the use of models. Messages are deleted after `keeps_days`, if that is not 0. */
export interface RoomJson {
  id: string;
  name: string;
  description: string;
  ai_model: string | null;
  ai_fallback_model: string | null;
  ai_assistant: RoomAssistantJson | null;
  ai_parameters: AiParametersJson;
  ai_tools: Array<string>;
  ai_rule: "mentioned" | "helpful" | "always" | "never";
  archived: boolean;
  ai_rights: AiRightsJson;
  ai_context_cutoff_at: string | null;
  ai_summary_seq: number | null;
  slow_seconds: number;
  keeps_days: number;
  join_approval: boolean;
  newcomers_see: "everything" | "from_here";
  kind: "room" | "chat" | "group" | "direct" | "aside";
  closed: boolean;
  parent: string | null;
  help: "none" | "requested" | "taken";
  help_by: string | null;
  assisted: boolean;
  payer: "owner" | "asker" | "site";
}

/** A room's name. */
export interface RoomNameJson {
  id: string;
  name: string;
}

/** `room`: the room is now so, and each role may do this there. */
export interface RoomOp {
  t: "room";
  room: string;
  rev: number;
  r: RoomJson;
  can: Record<string, Array<"view" | "send" | "ask_ai" | "choose_model" | "regenerate_any_answer" | "manage_ai" | "approve_tools" | "mention_all" | "pin" | "invite" | "manage_members" | "edit_room" | "export_room" | "delete_any_message" | "archive_room" | "transfer_room" | "manage_billing" | "delete_room">>;
}

/** `rooms`: your rooms. Without `more`, the tab drops the others. */
export interface RoomsOp {
  t: "rooms";
  rooms: Array<ListedRoomJson>;
  more: boolean;
}

/** `seen`: up to which `seq` a person has `read` and received (`got`) messages. */
export interface SeenOp {
  t: "seen";
  room: string;
  user: string;
  read: number;
  got: number;
}

/** A conversation with all its requests for help, the newest first. */
export interface SessionDetailsJson {
  id: string;
  kind: "room" | "chat" | "group" | "direct" | "aside";
  name: string;
  owner: PersonJson | null;
  people: number;
  help: "none" | "requested" | "taken";
  assisted: boolean;
  request: HelpRequestJson | null;
  started_at: string;
  active_at: string;
  messages: number;
  answers: number;
  tokens: number;
  cost: number | null;
  first_ms: number | null;
  answer_ms: number | null;
  longest_ms: number | null;
  history: Array<HelpRequestJson>;
}

/** A conversation as support sees it: its figures, and no message. `first_ms` and `answer_ms` are the mean times to an answer's first words and to its end, `longest_ms` the longest time to its end; `cost` is in millionths of a US dollar, null if it is unknown. `request` is the newest request for help. */
export interface SessionJson {
  id: string;
  kind: "room" | "chat" | "group" | "direct" | "aside";
  name: string;
  owner: PersonJson | null;
  people: number;
  help: "none" | "requested" | "taken";
  assisted: boolean;
  request: HelpRequestJson | null;
  started_at: string;
  active_at: string;
  messages: number;
  answers: number;
  tokens: number;
  cost: number | null;
  first_ms: number | null;
  answer_ms: number | null;
  longest_ms: number | null;
}

/** `sign_ups`: the number of new accounts that wait for approval by the site's admins. */
export interface SignUpsOp {
  t: "sign_ups";
  waiting: number;
}

/** `signed_out`: the session has ended. */
export interface SignedOutOp {
  t: "signed_out";
}

/** `site`: what you may do in running the site. */
export interface SiteOp {
  t: "site";
  may: Array<"view_overview" | "view_people" | "manage_people" | "moderate" | "view_rooms" | "manage_rooms" | "view_audit" | "view_jobs" | "manage_jobs" | "view_billing" | "manage_billing" | "view_support" | "support" | "view_site" | "manage_site" | "manage_models" | "manage_tools" | "manage_shared">;
}

/** Bytes that files take, and the most that they may; `quota` is `null` without a limit. */
export interface SpaceJson {
  used: number;
  quota: number | null;
}

/** A message that the person has marked, the time of the mark, and the message's place. */
export interface StarJson {
  message: MessageJson;
  room: string;
  room_name: string;
  at: string;
}

/** `star`: you marked a message, or took the mark off. */
export interface StarOp {
  t: "star";
  room: string;
  message: string;
  on: boolean;
}

/** `stars`: what you have marked, the newest mark first. */
export interface StarsOp {
  t: "stars";
  stars: Array<StarJson>;
}

/** `started`: your chat's room is there. */
export interface StartedOp {
  t: "started";
  nonce: string;
  room: string;
}

/** `stream`: the answer at `seq` grew. `text` follows its first `at` UTF-16 units; with `anew` it replaces all of them. */
export interface StreamOp {
  t: "stream";
  room: string;
  id: string;
  seq: number;
  run: string;
  at: number;
  text: string;
  anew?: true;
}

/** A subscription. In `past_due` a payment has failed and is retried. `cancels`: it ends with the period. */
export interface SubscriptionJson {
  plan: string;
  rail: string;
  status: string;
  price: PriceJson;
  period_end: string | null;
  trial_end: string | null;
  cancels: boolean;
}

/** A summary in place of so many older `messages`, `until` the time of the last one; `tokens` is an estimate. The `text` is left out of the context of an older answer, when the summary is there no more. */
export interface SummaryJson {
  id: string;
  messages: number;
  tokens: number;
  until: string;
  text?: string;
}

/** A suspended person, the time, and the admin who did it. */
export interface SuspendedJson {
  person: PersonJson;
  at: string;
  actor: PersonJson | null;
}

/** `sync`: what changed in a room since you looked, and its live answers. */
export interface SyncOp {
  room: string;
  messages: Array<MessageJson>;
  starred: Array<string>;
  rated?: Record<string, Record<string, "up" | "down">>;
  more: boolean;
  rev: number;
  my: MyRoomJson;
  can: Array<"view" | "send" | "ask_ai" | "choose_model" | "regenerate_any_answer" | "manage_ai" | "approve_tools" | "mention_all" | "pin" | "invite" | "manage_members" | "edit_room" | "export_room" | "delete_any_message" | "archive_room" | "transfer_room" | "manage_billing" | "delete_room">;
  members: Array<MemberJson>;
  people: number;
  requests: Array<PersonJson>;
  seen: Record<string, Array<number>> | null;
  stars: Array<string> | null;
  ratings: Record<string, Record<string, "up" | "down">> | null;
  t: "sync";
}

/** `toast`: a notice, as a key of the catalogue. */
export interface ToastOp {
  t: "toast";
  key: string;
  values: Record<string, unknown>;
}

/** A tool call by the model of an answer, in short. `arguments` are JSON as the model wrote it: complete while the call waits for approval, else its beginning. `error`: the code of its failure, or of an automatic refusal; `words`: the tool's own error text, shortened. `by`: the person who approved or refused it. */
export interface ToolCallJson {
  id: string;
  tool: string;
  label: string;
  source?: string;
  status: "waiting" | "running" | "done" | "failed" | "refused" | "stopped";
  arguments: string;
  error?: string;
  words?: string;
  by?: PersonJson;
}

/** `tool_call`: a tool call with its arguments and result, as you requested. */
export interface ToolCallOp {
  t: "tool_call";
  room: string;
  call: ToolCallWholeJson;
}

/** A tool call, with its complete `arguments` and its `result`, which are not trustworthy. */
export interface ToolCallWholeJson {
  id: string;
  message_id: string;
  tool: string;
  name: string;
  label: string;
  source: string;
  status: "waiting" | "running" | "done" | "failed" | "refused" | "stopped";
  arguments: string;
  error: string | null;
  result: string;
  by: PersonJson | null;
  created_at: string;
  decided_at: string | null;
  finished_at: string | null;
}

/** A tool that rooms may have. `source` is the name of its server, empty for a built-in tool. `waits`: calls wait for a person's approval; for some tools, only calls that send data to an unknown host. */
export interface ToolJson {
  id: string;
  label: string;
  description: string;
  source: string;
  waits: boolean;
}

/** A tool server. `approval` says which calls wait for a person: `always`, `changes` (all calls except those of tools that the server declares read-only) or `never`. `problem` is the error code of the last test, or of a later failure; `tools` is the number of its tools, null before the first listing; `headers` are the names of the extra headers. */
export interface ToolServerJson {
  id: string;
  name: string;
  url: string;
  has_token: boolean;
  headers: Array<string>;
  enabled: boolean;
  approval: string;
  tested_at: string | null;
  problem: string | null;
  tools: number | null;
}

/** A change of a balance, in millionths of a token credit. `missing` is the amount that could not be taken. `trial` says whether it is a grant for trying a plan; `person` is the other person of a transfer. */
export interface TransactionJson {
  id: string;
  kind: "grant" | "purchase" | "refund" | "dispute" | "transfer" | "reserve" | "settle" | "release" | "expiry";
  trial: boolean;
  amount: number;
  missing: number;
  person: PersonJson | null;
  expires_at: string | null;
  at: string;
}

/** The transcript of a recording: `text` once it is `done`; `error` is the code of why it has failed. */
export interface TranscriptJson {
  status: "pending" | "done" | "failed";
  text?: string;
  error?: string;
}

/** `translated`: the requested translation of a message into your language, by a model. It is shown while the message has the text that it is a translation `of`. */
export interface TranslatedOp {
  t: "translated";
  message: string;
  of: string;
  text: string;
  model: string;
}

/** A message's text in another language, the source text of the translation (`of`), and the translating model. */
export interface TranslationJson {
  of: string;
  text: string;
  language: string;
  model: string;
}

/** A person who is typing. */
export interface TyperJson {
  id: string;
  name: string;
}

/** `typing`: a person is typing. */
export interface TypingOp {
  t: "typing";
  room: string;
  who: TyperJson;
}

/** `unseen`: a person has stopped sharing how far they have read. */
export interface UnseenOp {
  t: "unseen";
  room: string;
  user: string;
}

/** The addresses to which the bytes are sent by `method`, each time with these `headers`. The file is sent to `url` as a whole; or to `parts`, each but the last one `part_size` bytes long. `arrived` has the numbers, from 1 on, of the parts that are complete. */
export interface UploadJson {
  method: string;
  url: string;
  headers: Record<string, string>;
  parts?: Array<string>;
  part_size?: number;
  arrived?: Array<number>;
}

/** Report what models did, by one thing. `key` is the day (UTC), the model, the id of the room or person, or the work; `label` is the name, empty if the person may not see it. `cost` is in millionths of a US dollar, of what has a known price; `charged` in millionths of a token credit. */
export interface UsageJson {
  key: string;
  label: string;
  times: number;
  prompt_tokens: number;
  completion_tokens: number;
  cost: number;
  charged: number;
}

/** The usage of models in the last `days`, grouped by one thing: at most 366 items; days in their order, other groups by cost, the most expensive first; `total` is the sum of all. */
export interface UsagePageJson {
  by: "day" | "model" | "room" | "person" | "work";
  days: number;
  items: Array<UsageJson>;
  total: UsageJson;
}

/** A variable of a prompt, and the value that is offered for it. */
export interface VariableJson {
  name: string;
  default: string;
}

/** `waits`: a queued answer begins once `before` others of its connection have ended, in any rooms. */
export interface WaitsOp {
  t: "waits";
  room: string;
  id: string;
  seq: number;
  before: number;
}

/** A page of a list; `next` is the `cursor` of the next page, empty on the last one. */
export interface PageJson<T> {
  items: T[];
  next: string;
}

export type Op = AroundOp | AsideOp | AssistantsOp | BalanceOp | BansOp | BlockedOp | BranchOp | BudgetOp | DismissedOp | DoneOp | EnteredOp | FavoriteModelsOp | FavoriteOp | ForecastOp | GoneOp | HelpOp | InboxOp | InvitationEndedOp | InvitationOp | InvitationsOp | InviteOutcomesOp | InvitedOp | JoinDeclinedOp | JoinedOp | KeptOp | LeftOp | LinksOp | ListedOp | MeOp | MemberLeftOp | MemberOp | MembersOp | MessageOp | ModelsOp | NewerOp | NewsOp | OlderOp | OnceOp | PassedOp | PersonOp | PinsOp | PolicyOp | PresenceOp | PromptOp | PromptsOp | RatedOp | ReadOp | ReasoningOp | ReceiptsOp | RefusedOp | ReportsOp | RequestsOp | ResyncOp | RevOp | RoleOp | RoomOp | RoomsOp | SeenOp | SignUpsOp | SignedOutOp | SiteOp | StarOp | StarsOp | StartedOp | StreamOp | SyncOp | ToastOp | ToolCallOp | TranslatedOp | TypingOp | UnseenOp | WaitsOp;
