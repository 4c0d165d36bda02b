/** The portal's mark: four nodes, each connected with the others. Decorative. */
export function MeshMark(props: { size: number }) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={props.size}
      height={props.size}
      aria-hidden="true"
    >
      <rect width="32" height="32" rx="8" fill="#10262f" />
      <path
        d="M9 22 16 9l7 13ZM9 22l7-4.5L23 22M16 9v8.5"
        fill="none"
        stroke="#5fd0b4"
        strokeWidth="2"
      />
      <g fill="#ffffff">
        <circle cx="16" cy="9" r="3" />
        <circle cx="9" cy="22" r="3" />
        <circle cx="23" cy="22" r="3" />
        <circle cx="16" cy="17.5" r="2" />
      </g>
    </svg>
  );
}
