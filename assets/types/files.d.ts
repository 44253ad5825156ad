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

/** What was measured of a voice message while it was recorded. */
interface Voice {
  seconds: number;
  peaks: number[];
}

type RecorderStatus = "idle" | "asking" | "recording" | "paused";

/** How far a dictation is; *empty* where nothing was said. */
type DictationStatus = "idle" | "writing" | "empty" | "failed";

/** What is being recorded, for the room at `place`: `levels` as it goes on, `before` the seconds before `since`. */
interface Recording {
  media: MediaRecorder;
  stream: MediaStream;
  sound: AudioContext;
  analyser: AnalyserNode;
  place: string;
  then: (blob: Blob, voice: Voice, place: string) => void | Promise<void>;
  levels: number[];
  parts: Blob[];
  since: number;
  before: number;
  timer: ReturnType<typeof setInterval>;
}

/** A file in the browser's database; `at` says its order, and `id` is the server's. */
interface KeptFile {
  key: string;
  place: string;
  file: Blob;
  name: string;
  at: number;
  id: string;
  voice?: Voice;
}

/** Where a file stands among the others, and what was written of it. */
interface FileNote {
  at: number;
  caption: string;
}

/** A file in the composer; `sent` of its `size` bytes are there. `shown` is what its message will carry. */
interface ChosenFile extends KeptFile, FileNote {
  size: number;
  type: string;
  preview: string;
  seconds: number;
  peaks: number[];
  status: "waiting" | "uploading" | "offline" | "checking" | "ready" | "failed";
  sent: number;
  error: string;
  limit: number;
  /** Whether trying it again may help. */
  again: boolean;
  /** The caption that the server has. */
  saved: string;
  /** Whether it outlives a reload. */
  kept: boolean;
  shown?: AttachmentShown;
}

/** The text of a file as far as it was asked for, and whether that is all. */
interface FileText {
  text: string;
  whole: boolean;
}
