// Files that are chosen, uploaded and sent.

type AttachmentShown = import("../wire.js").AttachmentJson;

/** Where the bytes of a file go. */
interface Upload {
  url: string;
  headers: Record<string, string>;
  parts?: string[];
  part_size?: number;
  arrived?: number[];
}

/** A file in the browser's database; `at` says its order, and `id` is the server's. */
interface KeptFile {
  key: string;
  place: string;
  file: Blob;
  name: string;
  at: number;
  id: string;
}

/** A file in the composer; `sent` of its `size` bytes are there. `shown` is what its message will carry. */
interface ChosenFile extends KeptFile {
  size: number;
  type: string;
  preview: string;
  status: "waiting" | "uploading" | "offline" | "checking" | "ready" | "failed";
  sent: number;
  error: string;
  limit: number;
  /** Whether trying it again may help. */
  again: boolean;
  shown?: AttachmentShown;
}

/** What says which models would answer a message that is being written. */
interface Answering {
  text: string;
  next: Next | null;
  models: Model[];
  room: Pick<RoomView, "ai_rule" | "ai_model" | "ai_assistant" | "can_ask"> | null;
  choice: Model | null;
}
