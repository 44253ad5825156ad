// How Reflex writes elements, in place of the function of emotion: styles are given to the element itself, since none needs a rule.
import { createElement } from "react";

/**
 * Reflex names a style `css`.
 * @param {import("react").ElementType} type
 * @param {Record<string, any> | null} props
 * @param {ReactNode[]} children
 */
export function jsx(type, props, ...children) {
  if (!props?.css) return createElement(type, props, ...children);
  const { css, ...rest } = props;
  return createElement(type, { ...rest, style: css }, ...children);
}
