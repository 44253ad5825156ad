// Texts in Markdown, and their trees.

/** A character of micromark: a code unit, a negative number for a line ending or a tab, null at the end. */
type Code = import("micromark-util-types").Code;
/** Of micromark, with tokens of our own kinds. */
interface Effects {
  enter(type: string): any;
  exit(type: string): any;
  consume(code: Code): void;
  check(construct: Construct, ok: Step, nok?: Step): Step;
  attempt(construct: Construct, ok: Step, nok?: Step): Step;
}
type Step = import("micromark-util-types").State;
type Tokens = import("micromark-util-types").TokenizeContext;
type Construct = import("micromark-util-types").Construct;

/** A text, and how it is rendered. */
interface Written {
  text: string;
  typed?: boolean;
  people?: Called[];
}

interface Formula {
  value: string;
  display: boolean;
  source: string;
  drawn: boolean;
}

/** A node of a tree, of mdast or of hast, with what our own kinds have. */
interface TreeNode {
  type: string;
  value?: any;
  children?: any[];
  [name: string]: any;
}

/** A node that has children. */
type Parent = TreeNode & { children: TreeNode[] };
