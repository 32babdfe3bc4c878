/** Ebb's mark: three waves that run out, as a memory does. */
export function Logo({ className = "size-6" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <g fill="none" strokeLinecap="round" strokeWidth="2.6" className="stroke-on-accent">
        <path d="M7 11.5c3-3 6-3 9 0s6 3 9 0" />
        <path d="M9.5 17c2.2-2.2 4.4-2.2 6.5 0s4.3 2.2 6.5 0" opacity=".7" />
        <path d="M12 22.3c1.3-1.3 2.7-1.3 4 0s2.7 1.3 4 0" opacity=".42" />
      </g>
    </svg>
  );
}
