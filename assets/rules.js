// The rules that Python and the browser share.
// Made by `make docs`; a test keeps it fresh.
export const ROLES = ["reader", "guest", "member", "admin", "master"];
export const PERMISSIONS = {"reader": ["view"], "guest": ["view", "send"], "member": ["view", "send", "ask_ai", "mention_all"], "admin": ["view", "send", "ask_ai", "choose_model", "regenerate_any_answer", "manage_ai", "approve_tools", "mention_all", "pin", "invite", "manage_members", "edit_room", "export_room"], "master": ["view", "send", "ask_ai", "choose_model", "regenerate_any_answer", "manage_ai", "approve_tools", "mention_all", "pin", "invite", "manage_members", "edit_room", "export_room", "delete_any_message", "archive_room", "transfer_room", "manage_billing", "delete_room"]};
export const MESSAGE_MAX = 8000;
export const ANSWER_MAX = 100000;
export const NOT_CONTINUED = ["llm_content_filtered", "llm_refused", "llm_image_filtered"];
export const AUTO_NAME_MAX = 48;
export const ATTACHMENTS_MAX = 10;
export const VOICE_SECONDS_MAX = 600;
export const PEAKS_MAX = 64;
export const PEAK_MAX = 31;
export const USERNAME = "[a-z0-9](?:[a-z0-9_.-]{0,28}[a-z0-9])";
export const BEFORE_CALL = "a-z0-9_.@＠/+-";
export const PROMPT_NAME = "[\\p{L}\\p{N}\\p{M}-]{0,32}";
export const OWN_PATH = "(?!/[/\\\\])(?![^?#]*/\\.{1,2}(?:[/?#]|$))(?![^?#]*%(?:2[5ef]|5c|[01][0-9a-f]|7f))(?![^?#]*[\\u2044\\u2215\\u2216\\u29f5\\u29f8\\ufe68\\uff0f\\uff3c])/[^\\\\\\x00-\\x20\\x7f-\\x9f\\u2028\\u2029\\ufeff]{0,1999}";
export const JOIN_PATH = "/join/([\\w-]{1,64})";
export const UNSAID = {"description": "", "ai_model": null, "ai_fallback_model": null, "ai_assistant": null, "ai_parameters": {}, "ai_tools": [], "ai_rule": "mentioned", "archived": false, "ai_rights": {"ask_ai": "member", "choose_model": "admin", "regenerate_any_answer": "admin", "manage_ai": "admin", "approve_tools": "admin"}, "ai_context_cutoff_at": null, "ai_summary_seq": null, "slow_seconds": 0, "keeps_days": 0, "join_approval": false, "newcomers_see": "everything", "sees_after": 0, "kind": "room", "closed": false, "parent": null, "help": "none", "help_by": null, "assisted": false, "payer": "owner", "peer": null, "mentions": [], "deleted": [], "older_deleted": 0, "small": false, "got": 0, "favorite": false, "names": []};
