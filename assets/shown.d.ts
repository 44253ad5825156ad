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

/** A file of a message; ``assets/live/files.js`` makes it. ``src`` is what a picture is shown by, on dense screens ``srcset``, ``poster`` the first page or frame of another file, and ``whole`` the file itself. ``about`` are its type, size and length in words, ``alt`` what a picture shows. Models do not see it if it is ``hidden``. What was recorded has ``peaks``. What is ``spoken`` is there once its ``transcript`` is *done*; ``unheard`` is why it has *failed*. */
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

/** A message with what depends on its neighbours and on the viewer; ``assets/live/message_row.js`` makes it. ``before`` counts the answers for which a queued one waits. Above the first ``fresh`` one, ``missed`` counts what is new. Models do not see one that is ``hidden``; the room's first that they see ``starts``. Above the one after those that are ``summarised``, a summary stands where they do not see all. Answers to one message stand ``beside`` each other. Of an answer's ``branches``, the one at ``place`` is shown: another than the answer while the viewer is ``viewing``, its text ``viewed``. ``rated`` is their own rating, *up* or *down*. What is in an aside they ``can_publish``. ``assistant`` is the name of the one as which the model answers. Of what they have asked for, ``translation`` is the text by the model ``translator``, once it is not ``translating`` any more. ``drawing``: it is a picture that a model draws, whose prompt is the text; ``cost`` is in millionths of a US dollar. A line about the room has an ``event``, the ``names`` of people, the number of ``more``, and ``what`` changed; a message that was ``refused`` for its model has that as ``what``. */
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

/** A room in the sidebar. ``unread`` and ``mentions`` are numbers as shown, or empty. ``person`` is the other one of a direct chat; ``heading`` names the time above the first chat of it. */
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
