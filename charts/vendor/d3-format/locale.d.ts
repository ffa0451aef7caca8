export default function formatLocale(definition: {
  decimal: string; thousands: string; grouping: number[]; currency: [string, string]; numerals?: string[]; percent?: string; minus?: string; nan?: string;
}): {
  format(specifier: string): (value: number) => string;
  formatPrefix(specifier: string, value: number): (value: number) => string;
};
