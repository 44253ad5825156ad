// Short names for what comes over the wire, whose shapes `make docs` writes from Python.
import type * as wire from "../wire";

declare global {
  type Role = wire.MemberJson["role"];
  type Person = wire.PersonJson;
  type Member = wire.MemberJson;
  type Answer = wire.AnswerJson;
  type Quote = Omit<wire.QuoteJson, "model" | "seq"> & { model?: string | null; seq?: number };
  type Myself = wire.MyselfJson;
  type Message = wire.MessageJson;
  type Presence = { state: wire.PresenceJson["state"] | ""; seen?: string | null };
  type Link = wire.LinkJson;
  type Invitation = wire.InvitationJson;
  type Group = wire.GroupSizeJson;
  type OfferedPrompt = wire.OfferedPromptJson;
  type OfferedAssistant = wire.OfferedAssistantJson;
  /** The model, or the assistant, that was chosen for the next message. */
  type Next = { id: string; label: string; assistant: boolean };
  type Star = wire.StarJson;
  type Can = wire.RoomOp["can"];
  type MembersOp = wire.MembersOp;
  type EnteredOp = wire.EnteredOp | wire.SyncOp;
  type PageOp = Omit<wire.OlderOp, "t" | "before"> & { before?: number; after?: number; message?: string };
  type StreamOp = wire.StreamOp;
  type ReasoningOp = wire.ReasoningOp;
  type SeenOp = wire.SeenOp;
  type StarOp = wire.StarOp;
  type RatedOp = wire.RatedOp;
  type BranchOp = wire.BranchOp;
  type Branch = wire.BranchJson;
  type ToolCall = wire.ToolCallJson;
  type ToolCallWhole = wire.ToolCallWholeJson;
  type ToolCallOp = wire.ToolCallOp;
  type Ratings = NonNullable<wire.MessagesOp["rated"]>;
  type RefusedOp = Pick<wire.RefusedOp, "about" | "code"> & { details?: Details | null };
  type Op = wire.Op;

  /** A room of the person's list, and the row that the sidebar shows for it. */
  type Room = Partial<wire.ListedRoomJson> & Pick<wire.ListedRoomJson, "id" | "name" | "seq" | "read" | "at" | "role"> & { row?: SidebarRow };

  /** What the text of an error may name. */
  interface Details {
    maximum?: number;
    retry_after?: number;
    model?: string;
  }

  /** The ops by their `t`. */
  type Ops = { [O in wire.Op as O["t"]]: O };
  type Handlers<K extends keyof Ops> = { [T in K]: (op: Ops[T]) => unknown };

  /** What a request to REST resolves to. */
  type Reply = { status: number; data?: any } & ({ ok: true; error: null } | { ok: false; error: Problem });

  /** What a person has chosen for every device. */
  interface Choices {
    locale?: string;
    theme?: string;
  }
}
