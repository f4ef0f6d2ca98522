/** The line drawings of the page. */

import { drawing } from "./dom";

const PATHS = {
  like: ["M7 11v9H4v-9zM7 11l4-8a2.4 2.4 0 0 1 2.4 2.6L13 9h5.6a2 2 0 0 1 2 2.4l-1.3 7a2 2 0 0 1-2 1.6H7"],
  dislike: ["M17 13V4h3v9zM17 13l-4 8a2.4 2.4 0 0 1-2.4-2.6L11 15H5.400a2 2 0 0 1-2-2.400l1.300-7a2 2 0 0 1 2-1.600H17"],
  seen: ["M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z", "M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z"],
  explain: ["M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z", "M9.500 9.500a2.500 2.500 0 1 1 3.600 2.250c-.8.4-1.100.9-1.100 1.750", "M12 16.700v.1"],
  other: ["M12 5v14M5 12h14"],
  send: ["M12 19.500v-15M5.500 11 12 4.500l6.500 6.500"],
  close: ["M6.500 6.500l11 11M17.500 6.500l-11 11"],
  compose: ["M12.500 5H6.500A2.500 2.500 0 0 0 4 7.500v10A2.500 2.500 0 0 0 6.500 20h10a2.500 2.500 0 0 0 2.500-2.500v-6", "M10 14l.5-3 8.200-8.200a1.500 1.500 0 0 1 2.500 2.500L13 13.500z"],
  person: ["M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z", "M4.500 20.500c.8-3.800 3.800-5.500 7.500-5.500s6.700 1.700 7.500 5.500"],
  down: ["M12 5v14M5.500 12.500 12 19l6.500-6.500"],
  check: ["M5 12.500l4.500 4.500L19 7.500"],
  similar: ["M9 5.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13z", "M15 5.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13z"],
  taste: ["M12 20S4 15.200 4 9.500A4.300 4.300 0 0 1 12 7.300a4.300 4.300 0 0 1 8 2.200C20 15.200 12 20 12 20z"],
  popular: ["M4 16.500l5.500-5.500 4 4L20 8.500", "M15 8h5v5"],
  text: ["M5 7h14M5 12h14M5 17h9"],
  spark: ["M12 3.500l1.900 5.600 5.600 1.900-5.600 1.900L12 18.500l-1.900-5.600L4.500 11l5.600-1.900z", "M19 16.500v4M17 18.500h4"],
  away: ["M10 5.500H6.500A1.500 1.500 0 0 0 5 7v10.500A1.500 1.500 0 0 0 6.500 19H17a1.500 1.500 0 0 0 1.500-1.500V14", "M13.500 4.500h6v6M19.500 4.500l-8.500 8.500"],
} as const;

export type IconName = keyof typeof PATHS;

export const icon = (name: IconName): SVGSVGElement => drawing(...PATHS[name]);

/** The drawing of that name where there is one, else the one given. */
export function iconFor(name: string, otherwise: IconName): SVGSVGElement {
  return icon(Object.hasOwn(PATHS, name) ? (name as IconName) : otherwise);
}
