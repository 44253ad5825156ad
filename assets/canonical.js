// The canonical form of an emoji, the same as in Python (`canonical_emoji`).

/** The emoji, fully qualified (UTS #51): ❤ and ❤️ are one. @param {string} emoji */
export const canonical = (emoji) =>
  emoji.replace(/[\uFE0E\uFE0F]/g, "").replace(/(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu, "$&\uFE0F");
