// What comes over the wire, as far as the scripts look at it.

type Role = "reader" | "guest" | "member" | "admin" | "master";

interface Person {
  id: string;
  username: string;
  name: string;
  color: string;
  avatar: number | null;
}

interface Member extends Person {
  role: Role;
}

interface Answer {
  run: string | null;
  status: string;
  model: string;
  asker: Person | null;
  error: string | null;
  tokens: number | null;
}

interface Quote {
  id: string;
  author: string;
  ai: boolean;
  model?: string | null;
  text: string;
}

interface Message {
  id: string;
  seq: number;
  rev: number;
  text: string;
  at: string;
  author: Person | null;
  nonce?: string | null;
  edited?: string | null;
  deleted?: boolean;
  pinned?: boolean;
  ai?: Answer | null;
  reply?: Quote | null;
  reactions?: { emoji: string; by: string[] }[];
  mentions?: Person[];
  mentions_all?: boolean;
}

/** A room of the person's list; what it is called, and what may be done in it, is only there once it is known. */
interface Room {
  id: string;
  name: string;
  seq: number;
  read: number;
  at: string;
  role: Role;
  ai_rule: string;
  kind?: string;
  peer?: Person | null;
  closed?: boolean;
  description?: string;
  archived?: boolean;
  ai_model?: string | null;
  ai_rights?: Record<string, Role>;
  slow_seconds?: number;
  join_approval?: boolean;
  small?: boolean;
  got?: number;
  deleted?: number[];
  mentions?: number[];
  row?: SidebarRow;
}

interface Presence {
  state: string;
  seen?: string;
}

interface Link {
  id: string;
  path: string;
  role: Role;
}

interface Invitation {
  id: string;
  room: { id: string; name: string; description: string };
  role: Role;
  person: Person;
  inviter: Person | null;
  at: string;
}

type Can = Record<Role, string[]>;

interface EnteredOp {
  room: string;
  rev: number;
  my: Room;
  can: string[];
  members: Member[];
  requests: Person[];
  seen: Record<string, [number, number]> | null;
  messages: Message[];
  starred?: string[];
  more: boolean;
}

interface PageOp {
  room: string;
  messages: Message[];
  starred?: string[];
  more: boolean;
  before?: number;
  after?: number;
  message?: string;
}

interface StreamOp {
  room: string;
  id: string;
  run: string;
  at: number;
  text: string;
  anew?: boolean;
}

interface SeenOp {
  room: string;
  user: string;
  read: number;
  got: number;
}

interface StarOp {
  room: string;
  message: string;
  on: boolean;
}

interface RefusedOp {
  about: string;
  code: string;
  details?: Details | null;
}

interface Details {
  maximum?: number;
  retry_after?: number;
}

/** The ops by their `t`. */
interface Ops {
  me: { me: Member };
  models: { models: Model[]; message_max: number };
  rooms: { rooms: (Room & { rev: number })[] };
  entered: EnteredOp;
  sync: EnteredOp;
  older: PageOp;
  newer: PageOp;
  around: PageOp;
  message: { room: string; m: Message };
  stream: StreamOp;
  rev: { room: string; rev: number };
  room: { room: string; rev: number; r: Partial<Room>; can?: Can };
  member: { room: string; rev: number; m: Member };
  member_left: { room: string; rev: number; user: string };
  role: { room: string; rev: number; role: Role; can: string[]; requests?: Person[] };
  requests: { room: string; people: Person[] };
  bans: { room: string; people: Person[] };
  person: { who: Person };
  blocked: { users: string[] };
  presence: { people: (Presence & { id: string })[] };
  typing: { room: string; who: { id: string; name: string } };
  news: { room: string; seq: number; at: string; author: string; deleted?: boolean; mentions?: string[]; mentions_all?: boolean };
  pins: { room: string; pins: Message[] };
  stars: { stars: Star[] };
  star: StarOp;
  seen: SeenOp;
  unseen: { room: string; user: string };
  receipts: { room: string; message: string; read: number; of: number };
  read: { room: string; seq: number };
  joined: { room: string };
  left: { room: string; removed?: boolean };
  turned_away: { room: string; name: string };
  gone: { room: string };
  refused: RefusedOp;
  started: { nonce: string; room: string };
  done: { dialog: string };
  said: { key: string; values?: Values };
  signed_out: object;
  resync: object;
  links: { room: string; links: Link[]; made?: string };
  inbox: { invitations: Invitation[] };
  invitation: { i: Invitation };
  invitation_ended: { id: string };
  invited: { room: string };
  invitations: { room: string; pending: Invitation[]; groups: Group[]; asked: { outcome: string; person: Person | null; address: string }[] };
}

type Handlers<K extends keyof Ops> = { [T in K]: (op: Ops[T]) => unknown };
type Op = { [T in keyof Ops]: { t: T } & Ops[T] }[keyof Ops];

interface Group {
  id: string;
  name: string;
  people: number;
}

interface Reply {
  ok: boolean;
  status: number;
  data?: any;
  error: { code: string; details: object } | null;
}

/** What a person has chosen for every device. */
interface Choices {
  locale?: string;
  theme?: string;
}
