// What pages in Python see of the feed.
// Made by `make docs`; a test keeps it fresh.

/** A tool call; ``assets/live/tool_calls.js`` makes it. ``what`` is the gist of what is ``sent``. The ``result`` is there once it is ``loaded``. ``by`` is the name of who approved or refused it; the viewer ``decides`` one that waits. */
export interface CallVar {
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

/** A message in a list of pinned or starred ones; ``room_name`` is empty within its room. */
export interface CardVar {
  id: string;
  room: string;
  room_name: string;
  text: string;
  at: string;
  ai: boolean;
  name: string;
  author: PersonVar;
  mentions: Array<Record<string, unknown>>;
}

/** A file of a message; ``assets/live/files.js`` creates it. ``src`` is the address of the displayed picture, ``srcset`` those for dense screens, ``poster`` the first page or frame of another file, and ``whole`` the file itself. ``about`` are its type, size and length as text, ``alt`` describes a picture. ``hidden``: models do not see it. A recording has ``peaks``. A ``spoken`` recording has text once its ``transcript`` is *done*; ``unheard`` is the reason if it has *failed*. */
export interface FileVar {
  id: string;
  name: string;
  kind: string;
  width: number;
  height: number;
  seconds: number;
  peaks: Array<number>;
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

/** A person. */
export interface PersonVar {
  id: string;
  username: string;
  name: string;
  color: string;
  avatar: number | null;
}

/** The quoted message of a reply; ``author`` is a person's or a model's name, empty for none. One that is ``hidden`` is from before the person sees messages. */
export interface QuoteVar {
  id: string;
  author: string;
  ai: boolean;
  text: string;
  veiled: boolean;
  hidden: boolean;
}

/** A message's reactions with one emoji; ``names`` are some of the other people's. */
export interface ReactionVar {
  emoji: string;
  count: number;
  mine: boolean;
  names: Array<string>;
}

/** The receipts of the newest message. ``how`` is *sent*, *delivered*, *read* or, in large rooms, *counted*. */
export interface ReceiptVar {
  how: string;
  faces: Array<PersonVar>;
  more: number;
  names: Array<string>;
  count: number;
  of: number;
}

/** A message with data that depends on its neighbours and on the viewer; ``assets/live/message_row.js`` creates it. ``before`` is the number of answers before a queued one. ``missed`` is the number of new messages, on the first ``fresh`` one. ``hidden``: models do not see it; ``starts``: it is the room's first that they see. ``summarised``: a summary is shown above the message after these, if models do not see all. ``beside``: it is one of several answers to one message. ``place`` is the place of the shown text among an answer's ``branches``; ``viewing``: it is not the answer but ``viewed``. ``rated`` is the viewer's rating, *up* or *down*. ``can_publish``: it is in the viewer's aside. ``assistant`` is the name of the assistant as which the model answers. ``translation`` is the requested text by the model ``translator``, once ``translating`` has ended. ``drawing``: it is a picture by a model, whose prompt is the text. ``cost`` is in millionths of a US dollar. A line about the room has an ``event``, the ``names`` of people, the number of ``more``, and ``what`` changed. A message that was ``refused`` because of its model has the model as ``what``. */
export interface RowVar {
  key: string;
  id: string;
  text: string;
  at: string;
  author: PersonVar;
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
  reply: QuoteVar | null;
  ai: boolean;
  live: boolean;
  waiting: boolean;
  before: number;
  status: string;
  model: string;
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
  calls: Array<CallVar>;
  files: Array<FileVar>;
  instead: string;
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
  reactions: Array<ReactionVar>;
  mentions: Array<Record<string, unknown>>;
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
  can_rate: boolean;
  rated: string;
  event: string;
  names: Array<string>;
  more: number;
  what: string;
}

/** A room in the sidebar. ``unread`` and ``mentions`` are numbers as text, or empty. ``person`` is the other person of a direct chat; ``heading`` is the period that begins with this chat. */
export interface SidebarVar {
  id: string;
  kind: string;
  name: string;
  person: PersonVar;
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
