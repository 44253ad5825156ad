// What components see of the store. The shapes that pages in Python use are made from theirs (`make docs`).

interface Called {
  id?: string;
  username: string;
  name: string;
  me: boolean;
}

type CallRow = import("../shown.js").CallVar;
type FileRow = import("../shown.js").FileVar;
type Row = Omit<import("../shown.js").RowVar, "reply" | "mentions"> & {
  reply: (Quote & { veiled?: boolean; hidden?: boolean }) | null;
  mentions: Called[];
};
/** A row's place among the others. */
type PlacedRow = Pick<Row, "own" | "fresh" | "missed" | "day" | "head" | "starts" | "summarised" | "beside" | "veiled"> & { quotesVeiled: boolean };
type Card = Omit<import("../shown.js").CardVar, "mentions"> & { mentions: Called[] };
/** `is`: what differs when another one is to be shown. */
type Receipt = import("../shown.js").ReceiptVar & { is: string };
type SidebarRow = import("../shown.js").SidebarVar;

type ListedModel = Required<Model> & { favorite: boolean; heading: string; mark: string; tint: string; abilities: string[] };

/** What the store keeps, and what is derived from it. */
type View = Omit<FeedState, keyof DerivedSlices> & DerivedSlices;

interface DerivedSlices {
  rooms: SidebarRow[];
  favorites: SidebarRow[];
  chats: SidebarRow[];
  moreChats: boolean;
  places: SidebarRow[];
  directs: SidebarRow[];
  archive: SidebarRow[];
  calls: string;
  stuck: boolean;
  unread: number;
  choice: Model | null;
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
  pending: Invitation[];
  asked: Feed["asked"];
  pins: Card[];
  pinsKnown: boolean;
  stars: Card[];
  starsKnown: boolean;
  receipt: Receipt | null;
}

/** The room that is shown, and what the person may do in it: `RoomVar` in Python. */
type RoomView = ReturnType<typeof import("../live/slices.js").roomView>;
