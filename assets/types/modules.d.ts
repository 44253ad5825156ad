// What scripts import that has no types of its own.

declare module "$/utils/state" {
  export function generateUUID(): string;
  export function ReflexEvent(name: string, payload: object): object;
}

declare module "$/utils/context" {
  export function addEvents(events: object[], args: unknown[], actions: object): void;
}

declare module "$/utils/context-registry" {
  import type { Context } from "react";
  interface BootEvent {
    payload: object;
  }
  export const app: { initialEvents(first?: boolean): BootEvent[]; onLoadInternalEvent(): BootEvent[] };
  export const ColorModeContext: Context<{ setColorMode(mode: string): void }>;
}

declare module "socket.io-client" {
  export class Socket {
    on(event: string, listener: (...data: any[]) => void): this;
    hasListeners(event: string): boolean;
    readonly connected: boolean;
    readonly io: { readonly engine: { close(): void } };
    connect(): this;
  }
}

declare module "katex" {
  const katex: { renderToString(formula: string, options: object): string };
  export default katex;
}

/** In the frame of drawing.js. */
declare const mermaid: { initialize(options: object): void; render(id: string, source: string): Promise<{ svg: string }> };

/** Out of chat_app/locales. */
declare module "$/public/locales/*.json" {
  const words: object;
  export default words;
}

declare module "*.css";
declare module "*?url" {
  const address: string;
  export default address;
}
