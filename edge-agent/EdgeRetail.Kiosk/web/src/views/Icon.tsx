import type { ComponentChildren } from 'preact';

const shapes = {
  search: (
    <>
      <circle cx="10.500" cy="10.500" r="6" />
      <path d="m15 15 5.500 5.500" />
    </>
  ),
  check: <path d="m4.500 12.500 5 5 10-11" />,
  waiting: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M12 7v5.500l3.500 2" />
    </>
  ),
  trouble: (
    <>
      <path d="M12 3.500 21.500 20h-19z" />
      <path d="M12 10v4.500M12 17.200v.1" />
    </>
  ),
  unknown: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M8.500 15.500 15.500 8.500" />
    </>
  ),
  plus: <path d="M12 5v14M5 12h14" />,
  minus: <path d="M5 12h14" />,
  remove: <path d="m6 6 12 12M18 6 6 18" />,
  cash: (
    <>
      <rect x="2.500" y="6.500" width="19" height="11" rx="1.500" />
      <circle cx="12" cy="12" r="2.700" />
      <path d="M6 12h.1M18 12h.1" />
    </>
  ),
  card: (
    <>
      <rect x="2.500" y="5" width="19" height="14" rx="2" />
      <path d="M2.500 9.500h19M6 15h4" />
    </>
  ),
  basket: (
    <>
      <path d="M3 9.500h18l-2 10H5z" />
      <path d="m8 9.500 2.500-5.500M16 9.500 13.500 4" />
    </>
  ),
  scan: (
    <>
      <path d="M3 8V5a1 1 0 0 1 1-1h3M17 4h3a1 1 0 0 1 1 1v3M21 16v3a1 1 0 0 1-1 1h-3M7 20H4a1 1 0 0 1-1-1v-3" />
      <path d="M7 8.500v7M10 8.500v7M13.500 8.500v7M17 8.500v7" />
    </>
  ),
} satisfies Record<string, ComponentChildren>;

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {shapes[name]}
    </svg>
  );
}
