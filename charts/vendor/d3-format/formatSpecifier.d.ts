export default function formatSpecifier(specifier: string): { type: string; precision: number | undefined; trim: boolean; toString(): string };
