// What the feed's store keeps.

/** The files of some texts, by language. */
type Catalogue = Record<string, () => Promise<{ default: object }>>;

/** The text of a key, or of the first key that there is, with values in it. */
type Translate = (key: string | string[], values?: Values) => string;

type Values = Record<string, unknown>;

interface Toast {
  id: string;
  key: string;
  values: Values;
  error: boolean;
}

/** What was asked of the server's `handler`, until the feed shows that it is done. */
interface Asked {
  id: string;
  handler: string;
  payload: Payload;
  failed: string | null;
  details: Details | null;
  at: string;
  reply: Quote | null;
  model: Next | null;
  files?: AttachmentShown[];
}

/** What is said of the thing that is asked for. */
interface Payload {
  room?: string;
  message?: string;
  text?: string;
  nonce?: string;
  reply_to?: string;
  run?: string;
  model?: string;
  assistant?: string;
  attachments?: string[];
  n?: number;
}

/** As much of a message as says where it stands among others. */
type Placed = Omit<Partial<Message>, "reply"> & { at: string; reply?: Quote | null };

/** As much of a message as says whom it calls. */
type Said = Pick<Message, "seq" | "deleted" | "mentions_all"> & { author: { id: string } | null; mentions?: { id: string }[] };

/** What a person alone has of a message: by the number of a text, how they rate it. */
type Own = { star?: boolean } & Record<string, boolean | string>;
type Wants = Record<string, boolean | string>;
type Messages = Map<string, Message>;
type Place = [read: number, got: number];

interface Page {
  messages: Messages;
  more: boolean;
  loadingOlder: boolean;
}

interface Past extends Page {
  ready: boolean;
  loadingNewer: boolean;
}

interface CachedRow {
  message: Message;
  placed: object;
  depends: unknown[];
  row: Row;
}

interface Feed extends Page {
  id: string;
  beginning: boolean;
  ready: boolean;
  absent: boolean;
  deleted: boolean;
  removed: boolean;
  rev: number;
  ahead: Set<number>;
  missed: number;
  heard: Map<string, number>;
  waiting: boolean;
  outbox: Map<string, Asked>;
  newAfter: number | null | undefined;
  keptUnread: boolean;
  cache: Map<string, CachedRow>;
  members: Member[];
  moreMembers: boolean;
  people: { count: number; rev: number; since: Map<number, number> };
  requests: Person[];
  bans: Person[];
  can: Set<string>;
  role?: Role;
  rights?: { rev: number; can: Can };
  links: ShownLink[];
  pending: Invitation[];
  asked: import("../wire.js").InviteOutcomeJson[];
  typing: Map<string, { name: string; timer: number }>;
  past: Past | null;
  target: { id: string; jump: number; found?: boolean } | null;
  revealed: Set<string>;
  own: Map<string, Own>;
  ownTold: Map<string, number>;
  wants: Map<string, Wants>;
  unread: { id: string; seq: number } | null;
  pins: Message[] | null;
  seen: Map<string, Place> | null;
  looks: Map<string, { n: number; shown: number }>;
  texts: Map<string, Branch>;
  counted: { message: string; read: number; of: number; asked: number } | null;
}

interface ShownLink extends Link {
  address: string;
  made: boolean;
}

interface Model {
  id: string;
  handle: string;
  label: string;
  provider: string;
  can?: string;
  locked?: boolean;
}

type FeedState = typeof import("../live/store.js").state;

