// Forms, and what is wrong with them.

/** An error: its text has the key `errors.code`. */
interface Problem {
  code: string;
  details?: { field?: string; others?: ({ code: string } & Values)[]; [name: string]: unknown };
}

/** By field; `form` for what is about all of it. */
type Problems = Record<string, Problem>;

interface Form {
  busy: boolean;
  errors: Problems;
}
