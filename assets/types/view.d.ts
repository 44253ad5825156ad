// What components see of the store.

interface Called {
  id?: string;
  username: string;
  name: string;
  me: boolean;
}

interface Reaction {
  emoji: string;
  count: number;
  mine: boolean;
  names: string[];
}

/** A call of a tool: `CallVar` in Python. */
interface CallRow {
  id: string;
  kind: string;
  tool: string;
  source: string;
  status: string;
  what: string;
  sent: string;
  result: string;
  loaded: boolean;
  error: string;
  words: string;
  by: string;
  decides: boolean;
}

/** A file of a message: `FileVar` in Python. */
interface FileRow {
  id: string;
  name: string;
  kind: string;
  width: number;
  height: number;
  seconds: number;
  peaks: number[];
  spoken: string;
  transcript: string;
  unheard: string;
  about: string;
  caption: string;
  alt: string;
  size: number;
  src: string;
  srcset: string;
  poster: string;
  whole: string;
  download: string;
  hidden: boolean;
}

/** A message with what depends on its neighbours and on who looks: `RowVar` in Python. */
interface Row {
  key: string;
  id: string;
  text: string;
  at: string;
  author: Person;
  own: boolean;
  head: boolean;
  fresh: boolean;
  missed: number;
  day: string;
  veiled: boolean;
  edited: boolean;
  deleted: boolean;
  pending: string;
  change: string;
  refused: string;
  limit: number;
  error: string;
  reply: (Quote & { veiled?: boolean; hidden?: boolean }) | null;
  ai: boolean;
  live: boolean;
  waiting: boolean;
  before: number;
  status: string;
  model: string;
  instead: string;
  assistant: string;
  assistant_id: string;
  assistant_picture: number | null;
  asker: string;
  tokens: number;
  drawing: boolean;
  cost: number;
  reasoning: string;
  seconds: number;
  thinking: boolean;
  calls: CallRow[];
  can_edit: boolean;
  can_delete: boolean;
  can_reply: boolean;
  can_stop: boolean;
  can_regenerate: boolean;
  can_continue: boolean;
  outdated: boolean;
  pinned: boolean;
  hidden: boolean;
  pinned_for_ai: boolean;
  starts: boolean;
  summarised: boolean;
  beside: boolean;
  can_hide: boolean;
  can_pin_for_ai: boolean;
  starred: boolean;
  reactions: Reaction[];
  mentions: Called[];
  calls_me: boolean;
  can_react: boolean;
  can_pin: boolean;
  branches: number;
  place: number;
  viewed: string;
  viewing: boolean;
  can_publish: boolean;
  translation: string;
  translator: string;
  translating: boolean;
  files: FileRow[];
  can_rate: boolean;
  rated: string;
  event: string;
  names: string[];
  more: number;
  what: string;
}

interface Card {
  id: string;
  room: string;
  room_name: string;
  text: string;
  at: string;
  ai: boolean;
  name: string;
  author: Person;
  mentions: Called[];
}

interface Receipt {
  is: string;
  how: string;
  faces: Person[];
  more: number;
  names: string[];
  count: number;
  of: number;
}

interface SidebarRow {
  id: string;
  kind: string;
  name: string;
  person: Person;
  presence: string;
  href: string;
  current: boolean;
  archived: boolean;
  favorite: boolean;
  draft: boolean;
  heading: string;
  unread: string;
  mentions: string;
  role: string;
}

type ListedModel = Required<Model> & { favorite: boolean; heading: string; mark: string; tint: string; abilities: string[] };

interface View {
  me: Myself | null;
  rooms: SidebarRow[];
  favorites: SidebarRow[];
  chats: SidebarRow[];
  moreChats: boolean;
  places: SidebarRow[];
  directs: SidebarRow[];
  archive: SidebarRow[];
  filter: FeedState["filter"];
  calls: string;
  reports: string;
  signUps: string;
  off: string[];
  siteName: string;
  keeps: number;
  announcement: import("../wire.js").AnnouncementJson | null;
  may: string[];
  help: string;
  helped: number;
  balanced: number;
  supportJoins: boolean;
  stuck: boolean;
  unread: number;
  presence: Record<string, Presence>;
  roomsKnown: boolean;
  moreRooms: boolean;
  models: Model[];
  assistants: OfferedAssistant[];
  choice: Model | null;
  dictates: boolean;
  speaks: boolean;
  counts: boolean;
  room: RoomView | null;
  rows: Row[];
  members: Member[];
  member: (Person & { role: string; blocked: boolean; opened: number }) | null;
  requests: Person[];
  bans: Person[];
  links: ShownLink[];
  typing: string[];
  online: boolean;
  crowded: boolean;
  inbox: Invitation[];
  pending: Invitation[];
  groups: Group[];
  asked: Feed["asked"];
  pins: Card[];
  pinsKnown: boolean;
  stars: Card[];
  starsKnown: boolean;
  receipt: Receipt | null;
}

/** The room that is shown, and what the person may do in it: `RoomVar` in Python. */
type RoomView = ReturnType<typeof import("../live/slices.js").roomView>;
