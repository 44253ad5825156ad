// The composer, and the list of messages on the screen.

/** What is being written. */
interface Composing {
  place: string;
  text: string;
  reply: Quote | null;
  editing: string | null;
  error: string;
  left: number;
  counting: boolean;
  maximum: number;
  wait: number;
  busy: boolean;
  restored: boolean;
  blank: boolean;
  /** The one that answers the next message. */
  model: Next | null;
  /** The one that may not be asked. */
  refused: string;
  /** It goes once its files are there. */
  sending: boolean;
}

type KeyEvent = import("react").KeyboardEvent<HTMLTextAreaElement>;
type ReactNode = import("react").ReactNode;

/** A row and where it stands in its list. */
interface Anchor {
  row: HTMLElement;
  offset: number;
  width: number;
  height: number;
}

/** What of a list of messages is in view. */
interface Position {
  box: HTMLElement | null;
  pinned: boolean;
  top: number;
  anchor: Anchor | null;
  last: string | null;
  room: string | null;
  placed: boolean;
  jump: number;
  past: boolean;
  focused: Element | null;
}

/** A finger on a message. */
interface Touched {
  message: HTMLElement;
  x: number;
  y: number;
  at: number;
  timer: number;
}
