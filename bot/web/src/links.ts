/** Which addresses that came in a message the page will use. */

/** The absolute http or https address in `value`, or null: a card never links to javascript:, data: or a relative place. */
export function webLink(value: string): string | null {
  if (!/^https?:\/\//i.test(value.trim())) return null;
  try {
    return new URL(value.trim()).href;
  } catch {
    return null;
  }
}

/** The address of an image of this site, or null: the page asks no third party for anything. */
export function ownImage(value: string): string | null {
  if (value.trim() === "") return null;
  try {
    const address = new URL(value.trim(), document.baseURI);
    return address.origin === location.origin && /^https?:$/.test(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}
