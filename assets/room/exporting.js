// Downloads of a room's conversation.

/** The address of an export, with the times of this browser's zone. @param {string} room @param {string} format */
export function exportHref(room, format) {
  const { timeZone = "UTC" } = Intl.DateTimeFormat().resolvedOptions();
  return `/api/v1/rooms/${room}/export?${new URLSearchParams({ format, zone: timeZone })}`;
}
